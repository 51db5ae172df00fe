// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "FileTransfer",
    dependencies: [.package(name: "icegate", path: "../..")],
    targets: [
        // What both sides share: Swift generated from the Slice file.
        .target(
            name: "Files",
            dependencies: [.product(name: "Ice", package: "icegate")],
            plugins: [.plugin(name: "CompileSlice", package: "icegate")]),
        .executableTarget(name: "FileTransferServer", dependencies: ["Files"], path: "Sources/Server"),
        .executableTarget(name: "FileTransferClient", dependencies: ["Files"], path: "Sources/Client"),
    ])
