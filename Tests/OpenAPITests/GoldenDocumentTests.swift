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
        paths:
          /greeter/greet:
            post:
              tags:
                - greeter
              summary: Creates a greeting for a visitor
              operationId: greeter_greet
              parameters:
                - $ref: '#/components/parameters/Ice-Timeout-Ms'
                - $ref: '#/components/parameters/Ice-Context'
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
                '400':
                  $ref: '#/components/responses/Problem400'
                '404':
                  $ref: '#/components/responses/Problem404'
                '413':
                  $ref: '#/components/responses/Problem413'
                '415':
                  $ref: '#/components/responses/Problem415'
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
          /greeter/greetAll:
            post:
              tags:
                - greeter
              summary: Greets many
              description: Greets many. May be slow.
              operationId: greeter_greetAll
              parameters:
                - $ref: '#/components/parameters/Ice-Timeout-Ms'
                - $ref: '#/components/parameters/Ice-Context'
              requestBody:
                required: true
                content:
                  application/json:
                    schema:
                      type: object
                      properties:
                        visitors:
                          $ref: '#/components/schemas/VisitorCenter.Visitors'
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
                  content:
                    application/json:
                      schema:
                        type: object
                        properties:
                          returnValue:
                            $ref: '#/components/schemas/VisitorCenter.Visitors'
                          count:
                            type: string
                            format: int64
                            pattern: ^(0|-?[1-9][0-9]{0,18})$
                        required:
                          - returnValue
                          - count
                        additionalProperties: false
                      example:
                        returnValue:
                          - name: name
                            mood: calm
                        count: '1'
                '400':
                  $ref: '#/components/responses/Problem400'
                '404':
                  $ref: '#/components/responses/Problem404'
                '413':
                  $ref: '#/components/responses/Problem413'
                '415':
                  $ref: '#/components/responses/Problem415'
                '422':
                  description: |-
                    The operation raised a user exception.

                    - `::VisitorCenter::Closed`
                  content:
                    application/problem+json:
                      schema:
                        allOf:
                          - $ref: '#/components/schemas/Problem'
                          - type: object
                            properties:
                              status:
                                const: 422
                              exception:
                                $ref: '#/components/schemas/VisitorCenter.Closed'
                            required:
                              - exception
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
          /greeter/ring:
            post:
              tags:
                - greeter
              operationId: greeter_ring
              parameters:
                - $ref: '#/components/parameters/Ice-Timeout-Ms'
                - $ref: '#/components/parameters/Ice-Context'
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
                  content:
                    application/json:
                      schema:
                        type: object
                        properties:
                          sent:
                            const: true
                        required:
                          - sent
                        additionalProperties: false
                      example:
                        sent: true
                '400':
                  $ref: '#/components/responses/Problem400'
                '413':
                  $ref: '#/components/responses/Problem413'
                '415':
                  $ref: '#/components/responses/Problem415'
                '503':
                  $ref: '#/components/responses/Problem503'
                default:
                  $ref: '#/components/responses/Problem'
              x-ice-interface: ::VisitorCenter::Greeter
              x-ice-operation: ring
              x-ice-idempotent: false
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
                  default: calm
              required:
                - name
              additionalProperties: false
            VisitorCenter.Visitors:
              type: array
              items:
                $ref: '#/components/schemas/VisitorCenter.Visitor'
            VisitorCenter.Closed:
              type: object
              description: Nobody is there.
              properties:
                '@type':
                  const: ::VisitorCenter::Closed
                until:
                  type: string
              required:
                - '@type'
                - until
              additionalProperties: false
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
                exception:
                  type: object
                  description: 'The user exception: its type and all its members.'
                  properties:
                    '@type':
                      type: string
                  required:
                    - '@type'
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
            Problem404:
              description: The server has no such object or facet.
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
            Ice-Context:
              name: Ice-Context
              in: header
              description: An entry of the request context, `key=value`, both percent-encoded. May be repeated. Keys have to be allowed by the gateway's configuration.
              schema:
                type: string
                pattern: ^[^=]+=
          headers:
            Ice-Timeout-Ms:
              description: The timeout that held, when the request had asked for one.
              schema:
                type: integer
                minimum: 1
            Retry-After:
              description: Seconds after which to repeat the request.
              schema:
                type: integer
                minimum: 0

        """#
}
