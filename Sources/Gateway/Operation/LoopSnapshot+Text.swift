extension LoopSnapshot {
    /// Writes what the loops counted.
    func write(to text: inout MetricsWriter) {
        let meters = meters.sorted { ($0.service, $0.operation) < ($1.service, $1.operation) }
        text.family(
            "icegate_requests_total", .counter, "HTTP requests that are over; status 499: the client had gone.")
        for meter in meters {
            for (outcome, count) in meter.outcomes {
                var labels = Self.labels(meter)
                labels.append(("method", outcome.method.name))
                labels.append(("status", String(outcome.status)))
                if let code = outcome.code { labels.append(("code", code.rawValue)) }
                text.sample("icegate_requests_total", labels, String(count))
            }
        }
        writeDurations(meters, to: &text)
        text.family("icegate_request_body_bytes_total", .counter, "Bytes of request bodies received.")
        for meter in meters {
            text.sample("icegate_request_body_bytes_total", Self.labels(meter), String(meter.received))
        }
        text.family("icegate_response_body_bytes_total", .counter, "Bytes of response bodies.")
        for meter in meters { text.sample("icegate_response_body_bytes_total", Self.labels(meter), String(meter.sent)) }
        writeGauges(to: &text)
    }

    private func writeDurations(_ meters: [OperationMeter], to text: inout MetricsWriter) {
        let name = "icegate_request_duration_seconds"
        text.family(name, .histogram, "From a request's last byte to its answer.")
        for meter in meters {
            var count: UInt64 = 0
            for (index, bucket) in meter.buckets.enumerated() {
                count &+= bucket
                let isLast = index == OperationMeter.bounds.count
                let bound = isLast ? "+Inf" : MetricsWriter.seconds(OperationMeter.bounds[index])
                text.sample(name + "_bucket", Self.labels(meter) + [("le", bound)], String(count))
            }
            text.sample(name + "_sum", Self.labels(meter), MetricsWriter.seconds(meter.totalTime))
            text.sample(name + "_count", Self.labels(meter), String(count))
        }
    }

    private func writeGauges(to text: inout MetricsWriter) {
        text.single(
            "icegate_requests_in_flight", .gauge, "HTTP requests that wait for their answer.", String(requestsInFlight))
        text.single("icegate_client_connections", .gauge, "Open connections of clients.", String(clientConnections))
        text.single(
            "icegate_access_log_dropped_lines_total", .counter, "Lines that standard output did not take in time.",
            String(droppedLines))
        let targets = targets.sorted { $0.service < $1.service }
        func family(_ name: String, _ help: String, _ value: (Target) -> Int, _ text: inout MetricsWriter) {
            text.family(name, .gauge, help)
            for target in targets { text.sample(name, [("service", target.service)], String(value(target))) }
        }
        family("icegate_target_in_flight", "Invocations of a target that are not over.", { $0.inFlight }, &text)
        family("icegate_target_unsent_bytes", "Bytes of requests not written yet.", { $0.unsent }, &text)
        family(
            "icegate_target_connections", "Event loops with a connection to the target; services may share one.",
            { $0.connections }, &text)
    }

    private static func labels(_ meter: OperationMeter) -> [(name: String, value: String)] {
        [("service", meter.service), ("operation", meter.operation)]
    }
}

extension HTTPRequest.Method {
    /// As in a request line; `other` for those the gateway does not know.
    var name: String {
        switch self {
        case .get: "GET"
        case .head: "HEAD"
        case .post: "POST"
        case .put: "PUT"
        case .patch: "PATCH"
        case .delete: "DELETE"
        case .options: "OPTIONS"
        case .other: "other"
        }
    }
}
