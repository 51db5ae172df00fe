// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "Employees",
    dependencies: [.package(name: "icegate", path: "../..")],
    targets: [
        // What both sides share: Swift generated from the Slice file.
        .target(
            name: "Company",
            dependencies: [.product(name: "Ice", package: "icegate")],
            plugins: [.plugin(name: "CompileSlice", package: "icegate")]),
        .executableTarget(name: "EmployeesServer", dependencies: ["Company"], path: "Sources/Server"),
        .executableTarget(name: "EmployeesClient", dependencies: ["Company"], path: "Sources/Client"),
    ])
