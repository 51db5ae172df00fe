// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "Callback",
    dependencies: [.package(name: "icegate", path: "../..")],
    targets: [
        // What both sides share: Swift generated from the Slice file.
        .target(
            name: "Chat",
            dependencies: [.product(name: "Ice", package: "icegate")],
            plugins: [.plugin(name: "CompileSlice", package: "icegate")]),
        .executableTarget(name: "CallbackServer", dependencies: ["Chat"], path: "Sources/Server"),
        .executableTarget(name: "CallbackClient", dependencies: ["Chat"], path: "Sources/Client"),
    ])
