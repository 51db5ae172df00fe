import CMicroHTTPD
import Gateway
import Glibc
import IceEncoding

extension HTTPResponse {
    /// Makes libmicrohttpd's response, which takes the body over.
    ///
    /// - Parameter closing: tells the client that the connection ends with this answer.
    /// - Returns: to be given back with `MHD_destroy_response`; nil without memory.
    consuming func makeMHDResponse(closing: Bool) -> OpaquePointer? {
        let response: OpaquePointer?
        if body.count == 0 {
            response = MHD_create_response_from_buffer(0, nil, .RESPMEM_PERSISTENT)
        } else {
            let memory = body.release()
            response = MHD_create_response_from_buffer(memory.count, memory.baseAddress, .RESPMEM_MUST_FREE)
            if response == nil { free(memory.baseAddress) }
        }
        guard let response else { return nil }
        if let type = contentType.fieldValue { MHD_add_response_header(response, "Content-Type", type) }
        for (name, value) in headers { MHD_add_response_header(response, name, value) }
        if closing { MHD_add_response_header(response, "Connection", "close") }
        return response
    }
}

extension HTTPResponse.ContentType {
    /// A C string that lives for ever.
    var fieldValue: UnsafePointer<CChar>? {
        let text: StaticString
        switch self {
        case .json: text = "application/json"
        case .problem: text = "application/problem+json"
        case .yaml: text = "application/yaml"
        case .text: text = "text/plain; charset=utf-8"
        case .bytes: text = "application/octet-stream"
        case .other(let type): text = type
        case .none: return nil
        }
        return UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
    }
}
