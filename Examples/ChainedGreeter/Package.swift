// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "ChainedGreeter",
    dependencies: [.package(name: "icegate", path: "../..")],
    targets: [
        .target(
            name: "VisitorCenter",
            dependencies: [.product(name: "Ice", package: "icegate")],
            plugins: [.plugin(name: "CompileSlice", package: "icegate")]),
        .executableTarget(name: "ChainedGreeterServer", dependencies: ["VisitorCenter"], path: "Sources/Server"),
    ])
