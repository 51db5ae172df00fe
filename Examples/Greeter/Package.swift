// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "Greeter",
    dependencies: [.package(name: "icegate", path: "../..")],
    targets: [
        // What both sides share: Swift generated from the Slice file.
        .target(
            name: "VisitorCenter",
            dependencies: [.product(name: "Ice", package: "icegate")],
            plugins: [.plugin(name: "CompileSlice", package: "icegate")]),
        .executableTarget(name: "GreeterServer", dependencies: ["VisitorCenter"], path: "Sources/Server"),
        .executableTarget(name: "GreeterClient", dependencies: ["VisitorCenter"], path: "Sources/Client"),
    ])
