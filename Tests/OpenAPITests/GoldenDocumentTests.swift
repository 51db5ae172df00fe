import OpenAPI
import Testing

@Suite("Golden document")
struct GoldenDocumentTests {
    @Test("a small model, byte for byte")
    func greeter() throws {
        let slice = """
            /// What every first Ice program calls.
            module VisitorCenter
            {
                enum Mood { calm, loud }
                /// Who comes.
                struct Visitor { string name; Mood mood = calm; }
                sequence<Visitor> Visitors;
                /// Nobody is there.
                exception Closed { string until; }
                /// Greets visitors.
                interface Greeter
                {
                    /// Creates a greeting for a visitor.
                    /// @param name The visitor's name.
                    /// @return The greeting.
                    string greet(string name);
                    /// Greets many. May be slow.
                    idempotent Visitors greetAll(Visitors visitors, out long count) throws Closed;
                    void ring();
                }
            }
            """
        let document = try document(
            slice, oneway: ["ring"],
            options: OpenAPIOptions(errors: [
                OpenAPIErrorRow(
                    code: "connection_refused", status: 503, type: "urn:icegate:problem:connection_refused",
                    title: "Connection refused", dispatched: "no", isRetryable: true)
            ]))
        #expect(document.yaml() == Self.expected)
    }

    private static let expected = #"""
        openapi: 3.1.0
        info:
          title: Test
          version: 1.0.0
        tags:
          - name: greeter
            description: Greets visitors.
            x-ice-interface: ::VisitorCenter::Greeter
          - name: invocations
            description: 'Calls that outlive their requests: `Prefer: respond-async`.'
        paths:
          /greeter/greet:
            post:
              tags:
                - greeter
              summary: Creates a greeting for a visitor
              operationId: greeter_greet
              parameters:
                - $ref: '#/components/parameters/Ice-Timeout-Ms'
                - $ref: '#/components/parameters/Prefer'
                - $ref: '#/components/parameters/Idempotency-Key'
              requestBody:
                required: true
                content:
                  application/json:
                    schema:
                      type: object
                      properties:
                        name:
                          type: string
                          description: The visitor's name.
                      required:
                        - name
                      additionalProperties: false
                    example:
                      name: name
              responses:
                '200':
                  description: The result.
                  headers:
                    Ice-Timeout-Ms:
                      $ref: '#/components/headers/Ice-Timeout-Ms'
                    Idempotent-Replayed:
                      $ref: '#/components/headers/Idempotent-Replayed'
                  content:
                    application/json:
                      schema:
                        type: object
                        properties:
                          returnValue:
                            type: string
                            description: The greeting.
                        required:
                          - returnValue
                        additionalProperties: false
                      example:
                        returnValue: returnValue
                '202':
                  description: The call goes on, as `Prefer` wanted it; the result will be at `Location`.
                  headers:
                    Ice-Timeout-Ms:
                      $ref: '#/components/headers/Ice-Timeout-Ms'
                    Idempotent-Replayed:
                      $ref: '#/components/headers/Idempotent-Replayed'
                    Location:
                      $ref: '#/components/headers/Location'
                    Preference-Applied:
                      $ref: '#/components/headers/Preference-Applied'
                  content:
                    application/json:
                      schema:
                        $ref: '#/components/schemas/Invocation'
                '400':
                  $ref: '#/components/responses/Problem400'
                '403':
                  $ref: '#/components/responses/Problem403'
                '404':
                  $ref: '#/components/responses/Problem404'
                '406':
                  $ref: '#/components/responses/Problem406'
                '413':
                  $ref: '#/components/responses/Problem413'
                '415':
                  $ref: '#/components/responses/Problem415'
                '422':
                  $ref: '#/components/responses/Problem422'
                '500':
                  $ref: '#/components/responses/Problem500'
                '501':
                  $ref: '#/components/responses/Problem501'
                '502':
                  $ref: '#/components/responses/Problem502'
                '503':
                  $ref: '#/components/responses/Problem503'
                '504':
                  $ref: '#/components/responses/Problem504'
                default:
                  $ref: '#/components/responses/Problem'
              x-ice-interface: ::VisitorCenter::Greeter
              x-ice-operation: greet
              x-ice-idempotent: false
              x-ice-batch:
                - application/json
                - application/x-ndjson
          /greeter/greetAll:
            post:
              tags:
                - greeter
              summary: Greets many
              description: Greets many. May be slow.
              operationId: greeter_greetAll
              parameters:
                - $ref: '#/components/parameters/Ice-Timeout-Ms'
                - $ref: '#/components/parameters/Prefer'
                - $ref: '#/components/parameters/Idempotency-Key'
              requestBody:
                required: true
                content:
                  application/json:
                    schema:
                      type: object
                      properties:
                        visitors:
                          $ref: '#/components/schemas/VisitorCenter.Visitors.Input'
                      required:
                        - visitors
                      additionalProperties: false
                    example:
                      visitors:
                        - name: name
                          mood: calm
              responses:
                '200':
                  description: The result.
                  headers:
                    Ice-Timeout-Ms:
                      $ref: '#/components/headers/Ice-Timeout-Ms'
                    Idempotent-Replayed:
                      $ref: '#/components/headers/Idempotent-Replayed'
                  content:
                    application/json:
                      schema:
                        type: object
                        properties:
                          returnValue:
                            $ref: '#/components/schemas/VisitorCenter.Visitors'
                          count:
                            $ref: '#/components/schemas/SliceLong'
                        required:
                          - returnValue
                          - count
                        additionalProperties: false
                      example:
                        returnValue:
                          - name: name
                            mood: calm
                        count: '1'
                '202':
                  description: The call goes on, as `Prefer` wanted it; the result will be at `Location`.
                  headers:
                    Ice-Timeout-Ms:
                      $ref: '#/components/headers/Ice-Timeout-Ms'
                    Idempotent-Replayed:
                      $ref: '#/components/headers/Idempotent-Replayed'
                    Location:
                      $ref: '#/components/headers/Location'
                    Preference-Applied:
                      $ref: '#/components/headers/Preference-Applied'
                  content:
                    application/json:
                      schema:
                        $ref: '#/components/schemas/Invocation'
                '400':
                  $ref: '#/components/responses/Problem400'
                '403':
                  $ref: '#/components/responses/Problem403'
                '404':
                  $ref: '#/components/responses/Problem404'
                '406':
                  $ref: '#/components/responses/Problem406'
                '413':
                  $ref: '#/components/responses/Problem413'
                '415':
                  $ref: '#/components/responses/Problem415'
                '422':
                  description: |-
                    User exception `::VisitorCenter::Closed`.

                    Nobody is there
                  content:
                    application/problem+json:
                      schema:
                        allOf:
                          - $ref: '#/components/schemas/Problem'
                          - type: object
                            properties:
                              exception:
                                $ref: '#/components/schemas/VisitorCenter.Closed'
                '500':
                  $ref: '#/components/responses/Problem500'
                '501':
                  $ref: '#/components/responses/Problem501'
                '502':
                  $ref: '#/components/responses/Problem502'
                '503':
                  $ref: '#/components/responses/Problem503'
                '504':
                  $ref: '#/components/responses/Problem504'
                default:
                  $ref: '#/components/responses/Problem'
              x-ice-interface: ::VisitorCenter::Greeter
              x-ice-operation: greetAll
              x-ice-idempotent: true
              x-ice-batch:
                - application/json
                - application/x-ndjson
          /greeter/ring:
            post:
              tags:
                - greeter
              operationId: greeter_ring
              parameters:
                - $ref: '#/components/parameters/Ice-Timeout-Ms'
                - $ref: '#/components/parameters/Idempotency-Key'
              requestBody:
                required: false
                content:
                  application/json:
                    schema:
                      type: object
                      additionalProperties: false
                    example: {}
              responses:
                '202':
                  description: Sent. The server does not answer a oneway call.
                  headers:
                    Ice-Timeout-Ms:
                      $ref: '#/components/headers/Ice-Timeout-Ms'
                    Idempotent-Replayed:
                      $ref: '#/components/headers/Idempotent-Replayed'
                  content:
                    application/json:
                      schema:
                        $ref: '#/components/schemas/Sent'
                      example:
                        sent: true
                '400':
                  $ref: '#/components/responses/Problem400'
                '403':
                  $ref: '#/components/responses/Problem403'
                '406':
                  $ref: '#/components/responses/Problem406'
                '413':
                  $ref: '#/components/responses/Problem413'
                '415':
                  $ref: '#/components/responses/Problem415'
                '422':
                  $ref: '#/components/responses/Problem422'
                '503':
                  $ref: '#/components/responses/Problem503'
                default:
                  $ref: '#/components/responses/Problem'
              x-ice-interface: ::VisitorCenter::Greeter
              x-ice-operation: ring
              x-ice-idempotent: false
              x-ice-batch:
                - application/json
                - application/x-ndjson
          /invocations/{id}:
            get:
              tags:
                - invocations
              summary: What became of a call
              operationId: invocations_get
              parameters:
                - name: id
                  in: path
                  required: true
                  schema:
                    type: string
                - $ref: '#/components/parameters/Prefer-Wait'
              responses:
                '200':
                  description: The state of the call.
                  content:
                    application/json:
                      schema:
                        $ref: '#/components/schemas/Invocation'
                '404':
                  $ref: '#/components/responses/Problem404'
                default:
                  $ref: '#/components/responses/Problem'
            delete:
              tags:
                - invocations
              summary: Cancels a call
              description: The gateway no longer waits for the answer. The servant isn't told, and executes what it was sent.
              operationId: invocations_cancel
              parameters:
                - name: id
                  in: path
                  required: true
                  schema:
                    type: string
              responses:
                '200':
                  description: The state of the call.
                  content:
                    application/json:
                      schema:
                        $ref: '#/components/schemas/Invocation'
                '404':
                  $ref: '#/components/responses/Problem404'
                default:
                  $ref: '#/components/responses/Problem'
          /invocations/{id}/result:
            get:
              tags:
                - invocations
              summary: The result of a call
              operationId: invocations_result
              parameters:
                - name: id
                  in: path
                  required: true
                  schema:
                    type: string
                - $ref: '#/components/parameters/Prefer-Wait'
              responses:
                '200':
                  description: What the call would have been answered with, whatever its status is.
                  content:
                    application/json:
                      schema: {}
                '202':
                  description: The call isn't over.
                  headers:
                    Preference-Applied:
                      $ref: '#/components/headers/Preference-Applied'
                    Retry-After:
                      $ref: '#/components/headers/Retry-After'
                  content:
                    application/json:
                      schema:
                        $ref: '#/components/schemas/Invocation'
                '404':
                  $ref: '#/components/responses/Problem404'
                '409':
                  $ref: '#/components/responses/Problem409'
                default:
                  $ref: '#/components/responses/Problem'
        components:
          schemas:
            VisitorCenter.Mood:
              type: string
              enum:
                - calm
                - loud
            VisitorCenter.Visitor:
              type: object
              description: Who comes.
              properties:
                name:
                  type: string
                mood:
                  $ref: '#/components/schemas/VisitorCenter.Mood'
              required:
                - name
                - mood
              additionalProperties: false
            VisitorCenter.Visitor.Input:
              type: object
              description: Who comes.
              properties:
                name:
                  type: string
                mood:
                  $ref: '#/components/schemas/VisitorCenter.Mood'
                  default: calm
              required:
                - name
              additionalProperties: false
            VisitorCenter.Visitors:
              type: array
              items:
                $ref: '#/components/schemas/VisitorCenter.Visitor'
            VisitorCenter.Visitors.Input:
              type: array
              items:
                $ref: '#/components/schemas/VisitorCenter.Visitor.Input'
            VisitorCenter.Closed:
              type: object
              description: Nobody is there.
              properties:
                '@type':
                  type: string
                  const: ::VisitorCenter::Closed
                until:
                  type: string
              required:
                - '@type'
                - until
              additionalProperties: false
            SliceLong:
              type: string
              description: 'A 64-bit integer in decimal digits: more than the numbers of many JSON parsers hold. Requests may have a number instead.'
              pattern: ^(0|-?([1-9][0-9]{0,17}|[1-8][0-9]{18}|9[0-1][0-9]{17}|92[0-1][0-9]{16}|922[0-2][0-9]{15}|9223[0-2][0-9]{14}|92233[0-6][0-9]{13}|922337[0-1][0-9]{12}|92233720[0-2][0-9]{10}|922337203[0-5][0-9]{9}|9223372036[0-7][0-9]{8}|92233720368[0-4][0-9]{7}|922337203685[0-3][0-9]{6}|9223372036854[0-6][0-9]{5}|92233720368547[0-6][0-9]{4}|922337203685477[0-4][0-9]{3}|9223372036854775[0-7][0-9]{2}|922337203685477580[0-7])|-9223372036854775808)$
            Sent:
              type: object
              description: The request was sent; nobody answers it.
              properties:
                sent:
                  type: boolean
                  const: true
                count:
                  type: integer
                  minimum: 0
                  description: Of the calls, after a batch.
              required:
                - sent
              additionalProperties: false
            Invocation:
              type: object
              description: A call that outlives its request.
              properties:
                id:
                  type: string
                service:
                  type: string
                operation:
                  type: string
                state:
                  type: string
                  enum:
                    - running
                    - succeeded
                    - failed
                    - cancelled
                  description: '`failed`: the result is a problem.'
                sent:
                  type: boolean
                  description: Whether the request was handed to the system completely.
                sentSynchronously:
                  type: boolean
                  description: Whether it was without having to wait.
                created:
                  type: string
                  format: date-time
                finished:
                  type: string
                  format: date-time
                expires:
                  type: string
                  format: date-time
                  description: Kept until then at most.
                status:
                  type: integer
                  minimum: 200
                  maximum: 599
                  description: Of the result.
                detail:
                  type: string
                links:
                  type: object
                  properties:
                    self:
                      type: string
                    result:
                      type: string
                  required:
                    - self
                    - result
              required:
                - id
                - service
                - operation
                - state
                - sent
                - sentSynchronously
                - created
                - links
            Problem:
              type: object
              description: What went wrong (RFC 9457), and whether the servant ran.
              properties:
                type:
                  type: string
                  format: uri-reference
                title:
                  type: string
                status:
                  type: integer
                  minimum: 400
                  maximum: 599
                detail:
                  type: string
                code:
                  type: string
                  pattern: ^[a-z][a-z0-9_]*$
                  description: Stable; made for programs.
                dispatched:
                  type: string
                  enum:
                    - 'no'
                    - maybe
                    - 'yes'
                  description: Whether the servant ran.
                retryable:
                  type: boolean
                  description: Whether repeating the same request is safe and may help.
                instance:
                  type: string
                  format: uri-reference
                  description: The path of the request.
                iceException:
                  type: string
                  description: The local exception, as `::Ice::TimeoutException`.
                replyStatus:
                  type: integer
                  minimum: 0
                  maximum: 255
                operation:
                  type: string
                identity:
                  type: string
                facet:
                  type: string
                pointer:
                  type: string
                  format: json-pointer
                  description: What of the request is wrong (RFC 6901).
              required:
                - type
                - title
                - status
                - detail
                - code
                - dispatched
                - retryable
          responses:
            Problem400:
              description: 'The request can''t be understood: its JSON, its types or its header fields.'
              content:
                application/problem+json:
                  schema:
                    $ref: '#/components/schemas/Problem'
            Problem403:
              description: The server refused the call, or the page that made the request may not.
              content:
                application/problem+json:
                  schema:
                    $ref: '#/components/schemas/Problem'
            Problem404:
              description: The server has no such object or facet.
              content:
                application/problem+json:
                  schema:
                    $ref: '#/components/schemas/Problem'
            Problem406:
              description: '`Accept` takes nothing that there is.'
              content:
                application/problem+json:
                  schema:
                    $ref: '#/components/schemas/Problem'
            Problem409:
              description: The invocation was cancelled.
              content:
                application/problem+json:
                  schema:
                    $ref: '#/components/schemas/Problem'
            Problem413:
              description: The request is too large.
              content:
                application/problem+json:
                  schema:
                    $ref: '#/components/schemas/Problem'
            Problem415:
              description: The body is no JSON.
              content:
                application/problem+json:
                  schema:
                    $ref: '#/components/schemas/Problem'
            Problem422:
              description: The `Idempotency-Key` came with another request before.
              content:
                application/problem+json:
                  schema:
                    $ref: '#/components/schemas/Problem'
            Problem500:
              description: The server failed.
              content:
                application/problem+json:
                  schema:
                    $ref: '#/components/schemas/Problem'
            Problem501:
              description: The server does not have the operation.
              content:
                application/problem+json:
                  schema:
                    $ref: '#/components/schemas/Problem'
            Problem502:
              description: The request was sent, then the connection was lost or the answer was bad. It may have been executed.
              content:
                application/problem+json:
                  schema:
                    $ref: '#/components/schemas/Problem'
            Problem503:
              description: 'Not executed, and safe to repeat: the server can''t be reached, is overloaded or is shutting down.'
              headers:
                Retry-After:
                  $ref: '#/components/headers/Retry-After'
              content:
                application/problem+json:
                  schema:
                    $ref: '#/components/schemas/Problem'
                  examples:
                    connection_refused:
                      value:
                        type: urn:icegate:problem:connection_refused
                        title: Connection refused
                        status: 503
                        detail: Connection refused
                        code: connection_refused
                        dispatched: 'no'
                        retryable: true
            Problem504:
              description: The request was sent, and no answer came in time. It may have been executed.
              content:
                application/problem+json:
                  schema:
                    $ref: '#/components/schemas/Problem'
            Problem:
              description: Any other failure.
              content:
                application/problem+json:
                  schema:
                    $ref: '#/components/schemas/Problem'
          parameters:
            Ice-Timeout-Ms:
              name: Ice-Timeout-Ms
              in: header
              description: The invocation timeout in milliseconds; cut to the configured one.
              schema:
                type: integer
                minimum: 1
            Prefer:
              name: Prefer
              in: header
              description: '`respond-async`: an answer at once, with where to get the result; with `wait=10` behind a comma only when the result isn''t there in 10 seconds.'
              schema:
                type: string
            Prefer-Wait:
              name: Prefer
              in: header
              description: '`wait=10`: an answer when the call is over, or after 10 seconds.'
              schema:
                type: string
            Idempotency-Key:
              name: Idempotency-Key
              in: header
              description: A repeated request with the same key is answered as the first one was, and is not executed again.
              schema:
                type: string
                maxLength: 255
                pattern: ^[!-~]([ -~]*[!-~])?$
          headers:
            Ice-Timeout-Ms:
              description: The timeout that held, when the request had asked for one.
              schema:
                type: integer
                minimum: 1
            Idempotent-Replayed:
              description: The answer is that of an earlier request with the same `Idempotency-Key`.
              schema:
                type: string
                const: 'true'
            Location:
              description: The invocation.
              schema:
                type: string
                format: uri-reference
            Preference-Applied:
              description: What of `Prefer` was done.
              schema:
                type: string
            Retry-After:
              description: Seconds after which to repeat the request.
              schema:
                type: integer
                minimum: 0

        """#
}
