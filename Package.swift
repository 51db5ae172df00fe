// swift-tools-version: 6.2
import PackageDescription

// MARK: Settings

/// One array for every Swift target of ours.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),  // SE-0335: `any` is spelled
    .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409: an import is internal unless it says more
    .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444: members come from imports of this file
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),  // SE-0461: async functions stay on the caller's executor
    .treatAllWarnings(as: .error),
]

// MARK: Packages

let log: Target.Dependency = .product(name: "Logging", package: "swift-log")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

// MARK: Targets

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// `exclude` names folders with what tests read: files of other kinds than Swift.
func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

/// A module generated from Slice for tests.
func slice(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "Tests/\(name)", exclude: ["slice2swift.json"],
        swiftSettings: settings, plugins: ["CompileSlice"])
}

let package = Package(
    name: "icegate",
    products: [
        .executable(name: "icegate", targets: ["icegate"]),
        .library(name: "Ice", targets: ["Ice"]),
        .library(name: "IceTesting", targets: ["IceTesting"]),
        .executable(name: "slice2swift", targets: ["slice2swift"]),
        .plugin(name: "CompileSlice", targets: ["CompileSlice"]),
        .library(name: "SliceCodeGen", targets: ["SliceCodeGen"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
    ],
    targets: [
        // System libraries: a module map and a shim, nothing else.
        .systemLibrary(
            name: "CMicroHTTPD", pkgConfig: "libmicrohttpd",
            providers: [.apt(["libmicrohttpd-dev", "libgnutls28-dev"])]),
        .systemLibrary(name: "CJansson", pkgConfig: "jansson", providers: [.apt(["libjansson-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        // Not every bzip2 comes with a file for pkg-config.
        .systemLibrary(name: "CBZip2", providers: [.apt(["libbz2-dev"])]),
        .systemLibrary(name: "CLinux"),
        // The page at /docs: its files as bytes.
        .target(name: "CDocsPage", exclude: ["page"]),

        // Pure rooms: they import nothing of ours.
        library("IceEncoding"),
        library("Slice"),
        library("EventLoop", ["CLinux"]),

        // The runtime.
        library("Ice", ["IceEncoding", "EventLoop", "CLinux", "COpenSSL", "CBZip2", log]),
        library("IceTesting", ["Ice", "IceMock", "IceEncoding", "EventLoop", "CLinux", "COpenSSL"]),

        // Slice for Swift.
        library("SliceCodeGen", ["Slice"]),
        .executableTarget(
            name: "slice2swift", dependencies: ["SliceCodeGen", argumentParser], swiftSettings: settings),
        .plugin(name: "CompileSlice", capability: .buildTool(), dependencies: ["slice2swift"]),

        // The gateway.
        library("SliceJSON", ["IceEncoding", "Slice"]),
        library("OpenAPI", ["Slice"]),
        library("IceMock", ["Ice", "IceEncoding", "Slice", "SliceJSON", "OpenAPI"]),
        library(
            "Gateway",
            [
                "Ice", "IceEncoding", "EventLoop", "Slice", "SliceJSON", "OpenAPI", "CDocsPage", "CJansson", "COpenSSL",
                log, yams,
            ]),
        library("GatewayHTTP", ["Gateway", "EventLoop", "IceEncoding", "CMicroHTTPD", "CLinux", log]),
        library("IcegateCommands", ["Gateway", "Ice", "IceEncoding", "IceMock", "OpenAPI", "Slice", "SliceJSON"]),
        .executableTarget(
            name: "icegate",
            dependencies: [
                "IcegateCommands", "Gateway", "GatewayHTTP", "Ice", "IceMock", "EventLoop", "OpenAPI", "Slice",
                "COpenSSL", argumentParser, log,
            ],
            swiftSettings: settings),

        tests("IceEncodingTests", ["IceEncoding"], exclude: ["Vectors"]),
        tests("SliceTests", ["Slice"], exclude: ["Inputs"]),
        tests("EventLoopTests", ["EventLoop"]),
        tests("IceTests", ["Ice", "IceTesting", "IceEncoding", "EventLoop", log], exclude: ["vectors"]),
        tests("IceTestingTests", ["IceTesting", "Ice", "IceEncoding", "EventLoop"]),
        tests("SliceJSONTests", ["SliceJSON", "Slice", "IceEncoding", "EventLoop", "CJansson"], exclude: ["Vectors"]),
        tests("SliceCodeGenTests", ["SliceCodeGen", "Slice"], exclude: ["Inputs", "Expected"]),
        .testTarget(
            name: "GeneratedCodeTests", dependencies: ["Ice", "IceTesting"],
            exclude: ["Articles/Dispatch.ice", "Shop.ice", "slice2swift.json"],
            swiftSettings: settings, plugins: ["CompileSlice"]),
        tests("OpenAPITests", ["OpenAPI", "Slice", yams]),
        tests(
            "GatewayTests",
            [
                "Gateway", "GatewayHTTP", "Ice", "IceTesting", "EventLoop", "Slice", "SliceJSON", "IceEncoding",
                "OpenAPI", log,
            ]),
        tests("IcegateCommandsTests", ["IcegateCommands", "Gateway", "Ice", "IceTesting", "Slice"]),
        tests(
            "GatewayHTTPTests",
            ["GatewayHTTP", "Gateway", "EventLoop", "IceEncoding", "IceTesting", "CLinux", "COpenSSL"]),
        // What the peers of the interop tests serve; only their servers know what is in the second one.
        slice("InteropTypes", ["Ice"]),
        slice("PeerOnlyTypes", ["Ice", "InteropTypes"]),
        .testTarget(
            name: "InteropTests", dependencies: ["Ice", "IceTesting", "EventLoop", "InteropTypes", "PeerOnlyTypes"],
            path: "Tests/Interop",
            exclude: ["peers", "HelpTexts"], swiftSettings: settings),
    ]
)

// MARK: Fuzzing

/// The archive of libFuzzer without a `main` of its own; `scripts/fuzz` sets it and nothing else does.
if let libFuzzer = Context.environment["ICEGATE_LIBFUZZER"] {
    package.targets += [
        .systemLibrary(name: "CFuzzer", path: "Fuzz/CFuzzer"),
        .executableTarget(
            name: "fuzz",
            dependencies: [
                "CFuzzer", "Ice", "IceEncoding", "EventLoop", "Slice", "SliceJSON", "OpenAPI", "Gateway", "CJansson",
            ],
            path: "Fuzz/Targets", swiftSettings: settings, linkerSettings: [.unsafeFlags([libFuzzer, "-lstdc++"])]),
    ]
    for target in package.targets {
        target.swiftSettings?.append(.unsafeFlags(["-sanitize=fuzzer,address"]))
    }
}
