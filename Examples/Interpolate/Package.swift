// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "Interpolate",
    dependencies: [.package(name: "icegate", path: "../..")],
    targets: [
        // What both sides share: Swift generated from the Slice file.
        .target(
            name: "Modelling",
            dependencies: [.product(name: "Ice", package: "icegate")],
            plugins: [.plugin(name: "CompileSlice", package: "icegate")]),
        .executableTarget(name: "InterpolateServer", dependencies: ["Modelling"], path: "Sources/Server"),
        .executableTarget(name: "InterpolateClient", dependencies: ["Modelling"], path: "Sources/Client"),
    ])
