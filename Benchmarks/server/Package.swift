// swift-tools-version: 6.2
import PackageDescription

// A package of its own: it sees of Ice what any user sees.
let package = Package(
    name: "server",
    dependencies: [.package(name: "icegate", path: "../..")],
    targets: [
        .executableTarget(
            name: "server", dependencies: [.product(name: "Ice", package: "icegate")],
            exclude: ["slice2swift.json"],
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)],
            plugins: [.plugin(name: "CompileSlice", package: "icegate")])
    ]
)
