// An Ice for C++ 3.7 client, for servers that aren't C++.
//
// Usage: client GREETER_PROXY [ECHO_PROXY [GRAPHS_PROXY]] [--PROPERTY=VALUE...]
//
// Prints one line of JSON per check, as the Python clients do (python_checks.py), the last one {"check": "done"}.

#include <Ice/Ice.h>

#include <chrono>
#include <cstdio>
#include <functional>
#include <future>
#include <iostream>
#include <limits>
#include <stdexcept>
#include <vector>

#include "Greeter.h"
#include "Interop.h"

using namespace std;

namespace {

const vector<string> names{"alice", "", string("Zo\u00eb \U0001F642 \0 \u00e9", 14), "'\"\\\n"};
const size_t large = 300'000;  // more than a socket buffer takes at once

string quoted(const string& text) {
    string result = "\"";
    for (const char character : text) {
        if (static_cast<unsigned char>(character) < 0x20 || character == '"' || character == '\\') {
            char escape[7];
            snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned char>(character));
            result += escape;
        } else {
            result += character;
        }
    }
    return result + "\"";
}

string quoted(const vector<string>& texts) {
    string result = "[";
    for (const auto& text : texts) {
        result += (result.size() > 1 ? ", " : "") + quoted(text);
    }
    return result + "]";
}

void report(const string& check, const string& fields = "") {
    cout << "{\"check\": " << quoted(check) << (fields.empty() ? "" : ", " + fields) << "}" << endl;
}

// Reports what `call` returned (as JSON), or the exception that it ended with.
void attempt(const string& check, const function<string()>& call) {
    try {
        report(check, "\"returnValue\": " + call());
    } catch (const Ice::Exception& exception) {
        report(check, "\"exception\": " + quoted(exception.ice_id()));
    }
}

function<string()> returningNull(const function<void()>& call) {
    return [call] {
        call();
        return string("null");
    };
}

void require(bool condition, const string& what) {
    if (!condition) {
        throw runtime_error("unexpected answer: " + what);
    }
}

void checkGreeter(const shared_ptr<VisitorCenter::GreeterPrx>& greeter) {
    for (const auto& name : names) {
        report("greet", "\"argument\": " + quoted(name) + ", \"returnValue\": " + quoted(greeter->greet(name)));
    }
    report("greet large", "\"length\": " + to_string(greeter->greet(string(large, 'x')).size()));

    vector<future<string>> pending;
    for (int number = 0; number < 100; ++number) {
        pending.push_back(greeter->greetAsync(to_string(number)));
    }
    vector<string> greetings;
    for (auto& greeting : pending) {
        greetings.push_back(greeting.get());
    }
    report("greet concurrently", "\"returnValue\": " + quoted(greetings));

    attempt("ping", returningNull([&] { greeter->ice_ping(); }));
    attempt("id", [&] { return quoted(greeter->ice_id()); });
    attempt("ids", [&] { return quoted(greeter->ice_ids()); });
    attempt("isA", [&] { return string(greeter->ice_isA("::VisitorCenter::Greeter") ? "true" : "false"); });
    attempt("isA other", [&] { return string(greeter->ice_isA("::Other::Thing") ? "true" : "false"); });
    attempt("oneway ping", returningNull([&] { greeter->ice_oneway()->ice_ping(); }));
    const auto nobody =
        Ice::uncheckedCast<VisitorCenter::GreeterPrx>(greeter->ice_identity(Ice::stringToIdentity("nobody")));
    attempt("missing object", [&] { return quoted(nobody->greet("x")); });
    const auto nowhere = Ice::uncheckedCast<VisitorCenter::GreeterPrx>(greeter, "nowhere");
    attempt("missing facet", [&] { return quoted(nowhere->greet("x")); });
    attempt("missing operation", returningNull([&] {
                vector<Ice::Byte> result;
                greeter->ice_invoke("farewell", Ice::OperationMode::Normal, vector<Ice::Byte>{}, result);
            }));
    attempt("greet after failures", [&] { return quoted(greeter->greet("bob")); });
}

// Calls an echo operation with every value, and wants each one back.
template <typename Value, typename Operation>
void same(const shared_ptr<Interop::EchoPrx>& echo, const string& name, Operation operation, const vector<Value>& values) {
    for (const auto& value : values) {
        require(((*echo).*operation)(value, Ice::noExplicitContext) == value, name);
    }
    report(name);
}

#define SAME(operation, type, ...) \
    same<type>(echo, #operation, &Interop::EchoPrx::operation, vector<type>{__VA_ARGS__})

template <typename Number>
constexpr Number least = numeric_limits<Number>::lowest();
template <typename Number>
constexpr Number most = numeric_limits<Number>::max();

void checkEcho(const shared_ptr<Interop::EchoPrx>& echo) {
    using Interop::Color;
    using Interop::Point;
    const Point point{1, -2};
    const Point other{most<int>, least<int>};
    const Interop::Line line{"diagonal", point, other, Color::Violet};
    const Interop::Everything everything{true, 255,    least<short>, most<int>,   least<long long>,
                                         0.5f, 0.1,    "text",       Color::Blue, point};
    const long long odd = 9007199254740993;

    SAME(echoBool, bool, true, false);
    SAME(echoByte, Ice::Byte, 0, 127, 255);
    SAME(echoShort, short, least<short>, 0, most<short>);
    SAME(echoInt, int, least<int>, 0, most<int>);
    SAME(echoLong, long long, least<long long>, odd, most<long long>);
    SAME(echoFloat, float, 0, -1.5f, most<float>, numeric_limits<float>::infinity());
    SAME(echoDouble, double, 0, 0.1, numeric_limits<double>::denorm_min(), most<double>);
    SAME(echoString, string, names[0], names[1], names[2], names[3], string(large, 'x'));
    SAME(echoColor, Color, Color::Red, Color::Green, Color::Blue, Color::Violet);
    SAME(echoPoint, Point, point, other);
    SAME(echoLine, Interop::Line, line);
    SAME(echoEverything, Interop::Everything, everything);
    SAME(echoSettings, Interop::Settings, {}, {1, "x", Color::Red, 1.5, false, 2});
    SAME(echoBoolSeq, Interop::BoolSeq, {}, {true, false});
    SAME(echoByteSeq, Interop::ByteSeq, {}, {0, 127, 128, 255}, Interop::ByteSeq(300, 'z'));
    SAME(echoShortSeq, Interop::ShortSeq, {}, {-1, 2});
    SAME(echoIntSeq, Interop::IntSeq, {}, {1, -2, 3}, Interop::IntSeq(300, 7));
    SAME(echoLongSeq, Interop::LongSeq, {}, {-1, odd});
    SAME(echoFloatSeq, Interop::FloatSeq, {}, {0.5f, -2.25f});
    SAME(echoDoubleSeq, Interop::DoubleSeq, {}, {0.1, -2e300});
    SAME(echoStringSeq, Interop::StringSeq, {}, names);
    SAME(echoColorSeq, Interop::ColorSeq, {}, {Color::Violet, Color::Red});
    SAME(echoPointSeq, Interop::PointSeq, {}, {point, other});
    SAME(echoLineSeq, Interop::LineSeq, {}, {line, line});
    SAME(echoIntSeqSeq, Interop::IntSeqSeq, {}, {{}, {1}, {2, 3}});
    SAME(echoStringIntDictSeq, Interop::StringIntDictSeq, {}, {{}, {{"a", 1}, {"b", 2}}});
    SAME(echoStringIntDict, Interop::StringIntDict, {}, {{"a", 1}, {"", -1}});
    SAME(echoStringStringDict, Interop::StringStringDict, {}, {{"a", "b"}, {"", ""}});
    SAME(echoBoolStringDict, Interop::BoolStringDict, {}, {{true, "yes"}, {false, "no"}});
    SAME(echoByteStringDict, Interop::ByteStringDict, {}, {{Ice::Byte(0), "zero"}, {Ice::Byte(255), "all"}});
    SAME(echoShortStringDict, Interop::ShortStringDict, {}, {{least<short>, "least"}});
    SAME(echoIntStringDict, Interop::IntStringDict, {}, {{-1, "minus one"}, {1, "one"}});
    SAME(echoLongStringDict, Interop::LongStringDict, {}, {{odd, "odd"}});
    SAME(echoColorPointDict, Interop::ColorPointDict, {}, {{Color::Red, point}, {Color::Violet, other}});
    SAME(echoKeyStringDict, Interop::KeyStringDict, {}, {{Interop::Key{7, "minor"}, "value"}});
    SAME(echoStringPointSeqDict, Interop::StringPointSeqDict, {}, {{"none", {}}, {"two", {point, other}}});

    const auto inverted = echo->invertAsync(true, 1, -2, 3, 0.5f, -0.25, "abc", point, {1, 2, 3}).get();
    require(inverted.returnValue == "cba" && !inverted.bBool && inverted.bShort == -1 && inverted.bInt == 2, "invert");
    require(inverted.bLong == -3 && inverted.bFloat == -0.5f && inverted.bDouble == 0.25, "invert");
    require(inverted.bPoint == Point{-1, 2} && inverted.reversed == Interop::IntSeq{3, 2, 1}, "invert");
    report("invert");
    Point a;
    string b;
    echo->swap("text", point, a, b);
    require(a == point && b == "text", "swap");
    report("swap");
    int remainder = 0;
    require(echo->divide(7, 2, remainder) == 3 && remainder == 1, "divide");
    report("divide");

    attempt("divide by zero", returningNull([&] { echo->divide(1, 0, remainder); }));
    for (const string kind : {"base", "division", "range", "far", "none"}) {
        attempt("fail " + kind, returningNull([&] { echo->fail(kind); }));
    }
    try {
        echo->fail("range");
    } catch (const Interop::OutOfRange& exception) {
        require(exception.reason == "as asked" && exception.where == point && exception.limit == 2.5, "fail range");
        require(exception.allowed == Interop::ColorSeq{Color::Green, Color::Violet}, "fail range");
    }
    attempt("failSliced", returningNull([&] { echo->failSliced(); }));
    attempt("failUndeclared", returningNull([&] { echo->failUndeclared(); }));
    attempt("failUnknown", returningNull([&] { echo->failUnknown(); }));
    attempt("failNotExist", returningNull([&] { echo->failNotExist(); }));

    echo->resetTicks();
    const auto oneway = echo->ice_oneway();
    for (int count = 0; count < 3; ++count) {
        oneway->tick();
    }
    require(echo->awaitTicks(3) == 3, "awaitTicks");
    report("oneway");
    echo->sleep(1);
    require(echo->fetch("k") == "value of k", "fetch");
    const auto second = Ice::uncheckedCast<Interop::EchoPrx>(echo, "second");
    const Interop::Call call{"echo", "", "second", "describeIdempotent", true, {{"user", "alice"}}};
    require(second->describeIdempotent({{"user", "alice"}}) == call, "describeIdempotent");
    require(echo->describe() == Interop::Call{"echo", "", "", "describe", false, {}}, "describe");
    report("describe");
}

// Calls oneway, in batches, with a limit of time and with a context.
void checkCalls(const shared_ptr<Interop::EchoPrx>& echo) {
    echo->resetTicks();
    const auto batch = echo->ice_batchOneway();
    for (int count = 0; count < 5; ++count) {
        batch->tick();
    }
    batch->ice_flushBatchRequests();
    require(echo->awaitTicks(5) == 5, "batch");
    report("batch");
    attempt("timeout", [&] { return to_string(echo->ice_invocationTimeout(50)->awaitTicks(1000)); });
    vector<future<int>> pending;
    for (int count = 0; count < 20; ++count) {
        pending.push_back(echo->awaitTicksAsync(6));
    }
    require(echo->fetch("k") == "value of k", "fetch");
    for (auto& call : pending) {
        require(call.wait_for(chrono::seconds(0)) == future_status::timeout, "pending");
    }
    echo->ice_oneway()->tick();
    for (auto& call : pending) {
        require(call.get() == 6, "pending");
    }
    report("pending");
    const auto seven = Ice::uncheckedCast<Interop::EchoPrx>(echo->ice_identity({"7", "echo"}));
    const Ice::Context context{{"a", "1"}, {"", "\u00e9"}};
    const auto call = seven->ice_context(context)->describe();
    require(call.name == "7" && call.category == "echo" && call.context == context, "category");
    report("category");
    attempt("cast", [&] {
        const auto same = Ice::checkedCast<Interop::EchoPrx>(seven);
        return string(same && Ice::targetEqualTo(same, seven) ? "true" : "false");
    });
    attempt("cast to another",
            [&] { return quoted(Ice::checkedCast<Interop::EchoPrx>(echo, "second")->ice_getFacet()); });
}

// Sends and gets instances, proxies and optional values.
void checkGraphs(const shared_ptr<Interop::GraphsPrx>& graphs) {
    using Interop::Animal;
    using Interop::Dog;
    using Interop::Node;
    const bool old = graphs->ice_getEncodingVersion() == Ice::Encoding_1_0;
    require(!graphs->echoNode(nullptr), "echoNode");
    const auto node = make_shared<Node>("a", make_shared<Node>("b", nullptr));
    node->next->next = node;
    const auto same = graphs->echoNode(node);
    require(same->name == "a" && same->next->name == "b" && same->next->next == same, "echoNode");
    report("echoNode");

    const auto hare = make_shared<Animal>("hare", nullptr, 3);
    const auto dog = make_shared<Dog>("Rex", hare, Ice::nullopt, true);
    const auto checkDog = [old](const shared_ptr<Ice::Value>& value, const string& what) {
        const auto found = dynamic_pointer_cast<Dog>(value);
        require(found && found->name == "Rex" && found->loud && !found->age, what);
        const auto other = found->_cpp_friend;
        require(other->ice_id() == "::Interop::Animal" && other->name == "hare", what);
        require(old ? !other->age : other->age == 3, what);
    };
    shared_ptr<Animal> copy;
    const auto animal = graphs->echoAnimal(dog, copy);
    checkDog(animal, "echoAnimal");
    require(copy == animal, "echoAnimal");
    report("echoAnimal");
    const auto animals = graphs->echoAnimalSeq({nullptr, dog, hare});
    require(animals.size() == 3 && !animals[0] && animals[1]->_cpp_friend == animals[2], "echoAnimalSeq");
    checkDog(animals[1], "echoAnimalSeq");
    report("echoAnimalSeq");
    const auto cage = graphs->echoCage({dog, dog});
    checkDog(cage.left, "echoCage");
    require(cage.right == cage.left, "echoCage");
    report("echoCage");
    checkDog(graphs->echoAny(dog), "echoAny");
    const auto any = dynamic_pointer_cast<Node>(graphs->echoAny(make_shared<Node>("n", nullptr)));
    require(any && any->name == "n" && !graphs->echoAny(nullptr), "echoAny");
    report("echoAny");
    checkDog(graphs->echoAnimalSliced(dog), "echoAnimalSliced");
    report("echoAnimalSliced");
    require(Ice::targetEqualTo(graphs->echoProxy(graphs), graphs) && !graphs->echoProxy(nullptr), "echoProxy");
    report("echoProxy");

    const Interop::Point point{1, -2};
    using Value = Ice::optional<int>;
    using Where = Ice::optional<Interop::Point>;
    for (const auto& [value, where] : vector<pair<Value, Where>>{{{}, {}}, {7, {}}, {{}, point}, {0, point}}) {
        Where there;
        const auto result = graphs->echoOptional(value, where, there);
        require(old ? !result && !there : result == value && there == where, "echoOptional");
    }
    report("echoOptional");
    const auto stranger = graphs->stranger();
    require(stranger->ice_id() == "::Interop::Dog" && stranger->name == "grey", "stranger");
    require(stranger->_cpp_friend == stranger && (old ? !stranger->age : stranger->age == 7), "stranger");
    report("stranger", "\"returnValue\": " + quoted(graphs->unmask(stranger)));
    try {
        graphs->bite(dog);
    } catch (const Interop::Bitten& bitten) {
        checkDog(bitten.by, "bite");
        require(bitten.reason == "as asked" && (old ? !bitten.where : bitten.where == string("leg")), "bite");
        report("bite");
    }
}

}  // namespace

int main(int argc, char* argv[]) {
    if (argc < 2) {
        cerr << "usage: client GREETER_PROXY [ECHO_PROXY [GRAPHS_PROXY]]" << endl;
        return 64;
    }
    try {
        Ice::CommunicatorHolder communicator(argc, argv);
        checkGreeter(Ice::uncheckedCast<VisitorCenter::GreeterPrx>(communicator->stringToProxy(argv[1])));
        if (argc > 2) {
            const auto echo = Ice::uncheckedCast<Interop::EchoPrx>(communicator->stringToProxy(argv[2]));
            checkEcho(echo);
            if (argc > 3) {
                checkCalls(echo);
                checkGraphs(Ice::uncheckedCast<Interop::GraphsPrx>(communicator->stringToProxy(argv[3])));
            }
        }
        report("done");
    } catch (const exception& error) {
        cerr << error.what() << endl;
        return 1;
    }
}
