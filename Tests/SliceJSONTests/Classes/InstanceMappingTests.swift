import IceEncoding
import Slice
import SliceJSON
import Testing

/// A zoo: one of everything that instances of classes may be in.
private let zoo = """
    module M {
        enum Color { red, green }
        class Node { string name; Node next; }
        class Animal { string name; int age = 3; }
        class Dog extends Animal { bool loud; Animal friend; }
        class Puppy extends Dog { Color color = green; }
        sequence<Animal> Animals;
        dictionary<string, Animal> Named;
        struct Cage { Animal left; Animal right; }
        class Tagged(5) { optional(3) string note; int count; optional(1) Cage cage; }
        interface Test {
            void node(Node v);
            void animal(Animal v);
            void any(Value v);
            void animals(Animals v);
            void named(Named v);
            void cage(Cage v);
            ["format:sliced"] void slicedAnimal(Animal v);
            ["format:sliced"] void slicedNode(Node v);
            Animal both(Animal a, out Animal b, out Animals c);
        }
    }
    """

private func harness(_ operation: String, _ options: JSONOptions = JSONOptions()) throws -> TypeHarness {
    let model = try compile(zoo)
    return TypeHarness(try model.operation(operation), model, options: options)
}

@Suite("Instances of classes as JSON")
struct InstanceMappingTests {
    @Test(
        "What is written is read again, in both encodings and both formats",
        arguments: [
            ("animal", "null"), ("animal", #"{"@type":"::M::Animal","name":"a","age":1}"#),
            ("slicedAnimal", #"{"@type":"::M::Animal","name":"a","age":1}"#),
            ("animal", dog), ("slicedAnimal", dog), ("animal", puppy), ("slicedAnimal", puppy), ("any", puppy),
            ("node", list), ("slicedNode", list), ("node", selfish), ("slicedNode", selfish), ("any", selfish),
            ("animals", "[null,\(dog),\(dog)]"), ("named", #"{"a":null,"b":\#(puppy)}"#),
            ("cage", #"{"left":{"@type":"::M::Animal","@id":"1","name":"x","age":1},"right":{"@ref":"1"}}"#),
            ("any", #"{"@type":"::M::Tagged","count":7}"#),
            (
                "any",
                #"{"@type":"::M::Node","@id":"1","name":"a","next":{"@type":"::M::Node","@id":"2","name":"b","next":{"@type":"::M::Node","name":"c","next":{"@ref":"2"}}}}"#
                    .replacing(#""@id":"1","name":"a""#, with: #""name":"a""#).replacing("2", with: "1")
            ),
        ], [EncodingVersion.v1_1, .v1_0])
    func roundTrip(_ what: (operation: String, json: String), encoding: EncodingVersion) throws {
        let harness = try harness(what.operation)
        let bytes = try harness.encode(value: what.json, encoding)
        #expect(try harness.decode(value: bytes, encoding) == what.json)
    }

    private static let animal = #"{"@type":"::M::Animal","name":"m","age":9}"#
    private static let dog = #"{"@type":"::M::Dog","name":"d","age":2,"loud":true,"friend":\#(animal)}"#
    private static let puppy = #"{"@type":"::M::Puppy","name":"p","age":0,"loud":false,"friend":\#(dog),"color":"red"}"#
    private static let list =
        #"{"@type":"::M::Node","name":"1","next":{"@type":"::M::Node","name":"2","next":null}}"#
    private static let selfish = #"{"@type":"::M::Node","@id":"1","name":"me","next":{"@ref":"1"}}"#

    @Test(
        "What a client may write otherwise",
        arguments: [
            // The declared class needs no type, defaults may be absent, members may come in any order.
            ("animal", #"{"name":"a","age":1}"#, #"{"@type":"::M::Animal","name":"a","age":1}"#),
            ("animal", #"{"name":"a"}"#, #"{"@type":"::M::Animal","name":"a","age":3}"#),
            (
                "animal", #"{"friend":null,"loud":true,"@type":"::M::Puppy","name":"p"}"#,
                #"{"@type":"::M::Puppy","name":"p","age":3,"loud":true,"friend":null,"color":"green"}"#
            ),
            (
                "animal", #"{ "name" : "a" , "@\u0074ype" : "::M::Animal" }"#,
                #"{"@type":"::M::Animal","name":"a","age":3}"#
            ),
            // An id that nothing refers to.
            ("animal", #"{"@id":"x","name":"a"}"#, #"{"@type":"::M::Animal","name":"a","age":3}"#),
            // References forward and back, ids of any text.
            (
                "cage", #"{"left":{"@ref":"né"},"right":{"@id":"n\u00e9","name":"a"}}"#,
                #"{"left":{"@type":"::M::Animal","@id":"1","name":"a","age":3},"right":{"@ref":"1"}}"#
            ),
            (
                "animals",
                #"[{"@ref":"b"},{"@type":"::M::Dog","name":"x","loud":false,"friend":{"@id":"b","name":"y"}}]"#,
                #"[{"@type":"::M::Animal","@id":"1","name":"y","age":3},{"@type":"::M::Dog","name":"x","age":3,"loud":false,"friend":{"@ref":"1"}}]"#
            ),
            (
                "any", #"{"note":null,"@type":"::M::Tagged","count":1,"cage":null}"#,
                #"{"@type":"::M::Tagged","count":1}"#
            ),
        ], [EncodingVersion.v1_1, .v1_0])
    func lenient(_ what: (operation: String, json: String, back: String), encoding: EncodingVersion) throws {
        let harness = try harness(what.operation)
        let bytes = try harness.encode(value: what.json, encoding)
        #expect(try harness.decode(value: bytes, encoding) == what.back)
    }

    @Test("Optional members are set or absent, and come in the order of the declaration")
    func optionalMembers() throws {
        let harness = try harness("any")
        let cage = #"{"left":{"@type":"::M::Animal","@id":"1","name":"x","age":1},"right":{"@ref":"1"}}"#
        let json = #"{"@type":"::M::Tagged","note":"n","count":1,"cage":\#(cage)}"#
        #expect(try harness.decode(value: try harness.encode(value: json)) == json)
        let error = try harness.error(json, .v1_0)
        #expect(error.code == .notInEncoding && error.pointer == "/v/cage")
    }

    @Test(
        "What is refused, and where",
        arguments: [
            (
                "animal", "[]", .wrongType, "/v",
                "expected null or an object with the members of ::M::Animal, got an array"
            ),
            (
                "animal", #""x""#, .wrongType, "/v",
                #"expected null or an object with the members of ::M::Animal, got "x""#
            ),
            ("animal", "{}", .missingMember, "/v/name", "the member is missing"),
            (
                "animal", #"{"name":"a","nme":1}"#, .unknownMember, "/v/nme",
                "unknown member: class ::M::Animal has none of that name ('@type' says which class it is)"
            ),
            (
                "animal", #"{"name":"a","@foo":1}"#, .unknownMember, "/v/@foo",
                "unknown member: class ::M::Animal has none of that name ('@type' says which class it is)"
            ),
            ("animal", #"{"name":"a","name":"b"}"#, .duplicateMember, "/v/name", "the member stands there twice"),
            ("animal", #"{"age":1,"name":"b","age":1}"#, .duplicateMember, "/v/age", "the member stands there twice"),
            (
                "animal", #"{"@type":"::M::Animal","name":"b","@type":"::M::Animal"}"#, .duplicateMember, "/v/@type",
                "the member stands there twice"
            ),
            (
                "animal", #"{"@type":"::M::Cat","name":"a"}"#, .badType, "/v/@type",
                #"expected the type ID of a class that Slice knows, as "::Module::Class", got "::M::Cat""#
            ),
            (
                "animal", #"{"@type":7,"name":"a"}"#, .wrongType, "/v/@type",
                "expected a type ID, which is a string, got 7"
            ),
            (
                "animal", #"{"@type":"::M::Node","name":"a","next":null}"#, .badType, "/v/@type",
                #"expected an instance of ::M::Animal, got "::M::Node""#
            ),
            (
                "animal", #"{"@type":"::Ice::Object"}"#, .badType, "/v/@type",
                #"expected an instance of ::M::Animal, got "::Ice::Object""#
            ),
            ("any", #"{"name":"a"}"#, .badType, "/v", "'@type' must name a class here, because any may stand here"),
            (
                "any", #"{"@type":"::Ice::Object"}"#, .badType, "/v",
                "'@type' must name a class here, because any may stand here"
            ),
            ("animal", #"{"@ref":"1"}"#, .badReference, "/v/@ref", #"no object of this request has the '@id' "1""#),
            (
                "node", #"{"@id":"1","name":"a","next":{"@id":"1","name":"b","next":null}}"#, .badReference,
                "/v/next/@id", "another object has the same '@id'"
            ),
            (
                "node", #"{"@id":"1","name":"a","next":{"@ref":"1","name":"b"}}"#, .badReference, "/v/next/@ref",
                "an object with '@ref' has no other members"
            ),
            (
                "node", #"{"@id":"1","name":"a","next":{"name":"b","@ref":"1"}}"#, .badReference, "/v/next/@ref",
                "an object with '@ref' has no other members"
            ),
            (
                "node", #"{"@id":1,"name":"a","next":null}"#, .wrongType, "/v/@id",
                "expected an id, which is a string, got 1"
            ),
            (
                "node", #"{"name":"a","next":{"@ref":null}}"#, .wrongType, "/v/next/@ref",
                "expected an id, which is a string, got null"
            ),
            (
                "node", #"{"@id":"1","name":"a","next":{"name":1,"next":null}}"#, .wrongType, "/v/next/name",
                "expected a string, got 1"
            ),
            (
                "cage", #"{"left":{"@id":"1","name":"a"},"right":{"@ref":"2"}}"#, .badReference, "/v/right/@ref",
                #"no object of this request has the '@id' "2""#
            ),
        ] as [(String, String, JSONError.Code, String, String)], [EncodingVersion.v1_1, .v1_0])
    func refused(
        _ what: (operation: String, json: String, code: JSONError.Code, pointer: String, message: String),
        encoding: EncodingVersion
    ) throws {
        // Encoding 1.0 has a word for an instance of the base of all classes.
        if encoding == .v1_0, what.operation == "any", what.json.contains("::Ice::Object") { return }
        let error = try harness(what.operation).error(what.json, encoding)
        #expect(error.code == what.code && error.pointer == what.pointer && error.message == what.message, "\(error)")
    }

    @Test("A reference to an instance of the wrong class is refused where it stands")
    func wrongReference() throws {
        let model = try compile(
            "module M { class A { int i; } class B { A a; A b; Value c; } interface Test { void f(B v); } }")
        let harness = TypeHarness(try model.operation("f"), model)
        let error = try harness.error(#"{"@id":"x","a":{"@ref":"x"},"b":null,"c":null}"#)
        #expect(error.code == .badType && error.pointer == "/v/a")
        #expect(error.message == "expected an instance of ::M::A, got an object")
        let json = #"{"@type":"::M::B","@id":"1","a":null,"b":null,"c":{"@ref":"1"}}"#
        #expect(try harness.decode(value: try harness.encode(value: json)) == json)
    }

    @Test("Ids count in the order of the answer: the result first", arguments: [EncodingVersion.v1_1, .v1_0])
    func documentOrder(encoding: EncodingVersion) throws {
        let model = try compile(zoo)
        let plan = OperationPlan.compile(try model.operation("both"), model: model)
        let json =
            #"{"returnValue":{"@type":"::M::Animal","@id":"1","name":"r","age":1},"#
            + #""b":{"@type":"::M::Dog","@id":"2","name":"b","age":1,"loud":true,"friend":{"@ref":"1"}},"#
            + #""c":[{"@ref":"2"},{"@ref":"1"},{"@type":"::M::Animal","name":"c","age":1}]}"#
        #expect(try plan.decode(try plan.encodeResult(json, encoding), encoding) == json)
    }

    @Test("Unknown members may be ignored, but not when they would hide an instance that is referred to")
    func ignoredMembers() throws {
        let harness = try harness("cage", JSONOptions(unknownMembers: .ignore))
        let back = #"{"left":{"@type":"::M::Animal","name":"a","age":3},"right":null}"#
        let bytes = try harness.encode(value: #"{"left":{"x":{"y":[1]},"name":"a"},"right":null,"z":{}}"#)
        #expect(try harness.decode(value: bytes) == back)
        let error = try harness.error(#"{"left":{"x":{"@id":"1"},"name":"a"},"right":{"@ref":"1"}}"#)
        #expect(error.code == .badReference && error.pointer == "/v/right/@ref")
        #expect(try harness.error(#"{"left":{"x":1,"x":2,"name":"a"},"right":null}"#).code == .duplicateMember)
    }
}
