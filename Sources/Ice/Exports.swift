// Identities, endpoints, modes and versions live with their encoding. Whoever imports the runtime has them, too, so that
// `import Ice` is enough, as in every other mapping of Ice.
@_exported public import IceEncoding
