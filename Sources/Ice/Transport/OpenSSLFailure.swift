import COpenSSL
import Glibc

/// Why OpenSSL refused something: the oldest entry of the calling thread's queue, which is emptied.
struct OpenSSLFailure: CustomStringConvertible {
    /// As `certificate verify failed`; empty when the queue had nothing.
    let description: String
    /// The number of the reason; 0 when there is none.
    let code: Int32

    init() {
        let code = ERR_get_error()
        self.code = Int32(truncatingIfNeeded: icegate_ERR_GET_REASON(code))
        ERR_clear_error()
        if code == 0 {
            description = ""
        } else if let text = ERR_reason_error_string(code) {
            description = String(cString: text)
        } else if icegate_ERR_is_system_error(code) != 0 {
            description = String(cString: strerror(Int32(truncatingIfNeeded: code & 0x7FFF_FFFF)))
        } else {
            description = "error \(String(code, radix: 16))"
        }
    }
}
