// An Ice for C++ 3.7 server: ::VisitorCenter::Greeter, ::Interop::Echo and ::Interop::Graphs.
//
// Usage: server [ENDPOINT [--PROPERTY=VALUE...]]
//
// Prints `READY tcp -h HOST -p PORT` when it can be called, and ends when its standard input does.

#include <Ice/Ice.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <iostream>
#include <limits>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "Greeter.h"
#include "PeerOnly.h"

using namespace std;
using Ice::Current;

class GreeterServant : public VisitorCenter::Greeter {
public:
    string greet(string name, const Current&) override { return "Hello, " + name + "!"; }
};

// An operation that returns its only argument; structs and containers are returned as they came.
#define SAME(operation, type) \
    type operation(type value, const Current&) override { return value; }

class EchoServant : public Interop::Echo {
public:
    SAME(echoBool, bool)
    SAME(echoByte, Ice::Byte)
    SAME(echoShort, short)
    SAME(echoInt, int)
    SAME(echoLong, long long)
    SAME(echoFloat, float)
    SAME(echoDouble, double)
    SAME(echoString, string)
    SAME(echoColor, Interop::Color)
    SAME(echoPoint, Interop::Point)
    SAME(echoLine, Interop::Line)
    SAME(echoEverything, Interop::Everything)
    SAME(echoSettings, Interop::Settings)
    SAME(echoBoolSeq, Interop::BoolSeq)
    SAME(echoByteSeq, Interop::ByteSeq)
    SAME(echoShortSeq, Interop::ShortSeq)
    SAME(echoIntSeq, Interop::IntSeq)
    SAME(echoLongSeq, Interop::LongSeq)
    SAME(echoFloatSeq, Interop::FloatSeq)
    SAME(echoDoubleSeq, Interop::DoubleSeq)
    SAME(echoStringSeq, Interop::StringSeq)
    SAME(echoColorSeq, Interop::ColorSeq)
    SAME(echoPointSeq, Interop::PointSeq)
    SAME(echoLineSeq, Interop::LineSeq)
    SAME(echoIntSeqSeq, Interop::IntSeqSeq)
    SAME(echoStringIntDictSeq, Interop::StringIntDictSeq)
    SAME(echoStringIntDict, Interop::StringIntDict)
    SAME(echoStringStringDict, Interop::StringStringDict)
    SAME(echoBoolStringDict, Interop::BoolStringDict)
    SAME(echoByteStringDict, Interop::ByteStringDict)
    SAME(echoShortStringDict, Interop::ShortStringDict)
    SAME(echoIntStringDict, Interop::IntStringDict)
    SAME(echoLongStringDict, Interop::LongStringDict)
    SAME(echoColorPointDict, Interop::ColorPointDict)
    SAME(echoKeyStringDict, Interop::KeyStringDict)
    SAME(echoStringPointSeqDict, Interop::StringPointSeqDict)

    string invert(bool aBool, short aShort, int anInt, long long aLong, float aFloat, double aDouble, string aString,
                  Interop::Point aPoint, Interop::IntSeq numbers, bool& bBool, short& bShort, int& bInt,
                  long long& bLong, float& bFloat, double& bDouble, Interop::Point& bPoint, Interop::IntSeq& reversed,
                  const Current&) override {
        bBool = !aBool;
        bShort = static_cast<short>(-aShort);
        bInt = -anInt;
        bLong = -aLong;
        bFloat = -aFloat;
        bDouble = -aDouble;
        bPoint = {-aPoint.x, -aPoint.y};
        reversed.assign(numbers.rbegin(), numbers.rend());
        return string(aString.rbegin(), aString.rend());
    }

    void swap(string first, Interop::Point second, Interop::Point& a, string& b, const Current&) override {
        a = second;
        b = first;
    }

    int divide(int dividend, int divisor, int& remainder, const Current&) override {
        if (divisor == 0) {
            throw Interop::DivisionByZero("division by zero", dividend);
        }
        remainder = dividend % divisor;
        return dividend / divisor;
    }

    void fail(string kind, const Current&) override {
        const Interop::ColorSeq allowed{Interop::Color::Green, Interop::Color::Violet};
        if (kind == "base") {
            throw Interop::InteropError("as asked");
        }
        if (kind == "division") {
            throw Interop::DivisionByZero("as asked", -7);
        }
        if (kind == "range") {
            throw Interop::OutOfRange("as asked", {1, -2}, allowed, 2.5);
        }
        if (kind == "far") {
            throw Interop::FarOutOfRange("as asked", {3, -4}, allowed, 0.1);
        }
    }

    void failSliced(const Current&) override { throw PeerOnly::Secret("known part", "unknown part"); }

    void failUndeclared(const Current&) override { throw Interop::Undeclared(42); }

    void failUnknown(const Current&) override { throw runtime_error("not an Ice exception"); }

    void failNotExist(const Current&) override { throw Ice::ObjectNotExistException(__FILE__, __LINE__); }

    void tick(const Current&) override {
        lock_guard<mutex> lock(ticksMutex);
        ++ticks;
        ticked.notify_all();
    }

    int awaitTicks(int count, const Current&) override {
        unique_lock<mutex> lock(ticksMutex);
        ticked.wait(lock, [&] { return ticks >= count; });
        return ticks;
    }

    void resetTicks(const Current&) override {
        lock_guard<mutex> lock(ticksMutex);
        ticks = 0;
    }

    void sleep(int milliseconds, const Current&) override {
        cout << "SLEEP" << endl;
        this_thread::sleep_for(chrono::milliseconds(milliseconds));
    }

    string fetch(string key, const Current&) override { return "value of " + key; }

    Interop::Call describe(const Current& current) override {
        return {current.id.name,   current.id.category, current.facet, current.operation,
                current.mode == Ice::OperationMode::Idempotent, current.ctx};
    }

    Interop::Call describeIdempotent(const Current& current) override { return describe(current); }

private:
    mutex ticksMutex;
    condition_variable ticked;
    int ticks = 0;
};

class GraphsServant : public Interop::Graphs {
public:
    SAME(echoNode, shared_ptr<Interop::Node>)
    SAME(echoAnimalSeq, Interop::AnimalSeq)
    SAME(echoCage, Interop::Cage)
    SAME(echoAny, shared_ptr<Ice::Value>)
    SAME(echoAnimalSliced, shared_ptr<Interop::Animal>)
    SAME(echoProxy, shared_ptr<Ice::ObjectPrx>)

    shared_ptr<Interop::Animal> echoAnimal(shared_ptr<Interop::Animal> value, shared_ptr<Interop::Animal>& copy,
                                           const Current&) override {
        copy = value;
        return value;
    }

    Ice::optional<int> echoOptional(Ice::optional<int> value, Ice::optional<Interop::Point> where,
                                    Ice::optional<Interop::Point>& there, const Current&) override {
        there = where;
        return value;
    }

    shared_ptr<Interop::Animal> stranger(const Current&) override {
        auto prey = make_shared<Interop::Animal>("hare", nullptr, Ice::nullopt);
        auto wolf = make_shared<PeerOnly::Wolf>("grey", nullptr, 7, true, "hungry", prey, 3LL);
        wolf->_cpp_friend = wolf;
        return wolf;
    }

    string unmask(shared_ptr<Interop::Animal> value, const Current&) override {
        auto wolf = dynamic_pointer_cast<PeerOnly::Wolf>(value);
        if (!wolf) {
            return "no stranger: " + value->name;
        }
        return wolf->name + " " + wolf->secret + " " + wolf->prey->name + " " + to_string(*wolf->count) +
               (wolf->_cpp_friend == wolf ? " True" : " False");
    }

    void bite(shared_ptr<Interop::Animal> by, const Current&) override {
        throw Interop::Bitten("as asked", by, string("leg"));
    }
};

int main(int argc, char* argv[]) {
    try {
        // Servants block their thread, so there have to be several.
        Ice::InitializationData data;
        data.properties = Ice::createProperties();
        data.properties->setProperty("Ice.ThreadPool.Server.Size", "4");
        data.properties->setProperty("Ice.ThreadPool.Server.SizeMax", "16");
        data.properties->setProperty("Ice.AcceptClassCycles", "1");
        Ice::CommunicatorHolder communicator(argc, argv, data);

        const string endpoint = argc > 1 ? argv[1] : "tcp -h 127.0.0.1 -p 0";
        auto adapter = communicator->createObjectAdapterWithEndpoints("Interop", endpoint);
        auto echo = make_shared<EchoServant>();
        adapter->add(make_shared<GreeterServant>(), Ice::stringToIdentity("greeter"));
        adapter->add(echo, Ice::stringToIdentity("echo"));
        adapter->add(echo, Ice::stringToIdentity("echo/7"));
        adapter->add(make_shared<GraphsServant>(), Ice::stringToIdentity("graphs"));
        adapter->addFacet(echo, Ice::stringToIdentity("echo"), "second");
        adapter->activate();

        auto published = adapter->getEndpoints().at(0);
        auto innermost = published->getInfo();
        while (innermost->underlying) {
            innermost = innermost->underlying;
        }
        auto info = dynamic_pointer_cast<Ice::IPEndpointInfo>(innermost);
        if (!info) {
            throw runtime_error("not an IP endpoint: " + endpoint);
        }
        const string text = published->toString();
        cout << "READY " << text.substr(0, text.find(' ')) << " -h " << info->host << " -p " << info->port << endl;
        cin.ignore(numeric_limits<streamsize>::max());
        _Exit(0);  // at once: calls may still be asleep in their servants
    } catch (const exception& error) {
        cerr << error.what() << endl;
        return 1;
    }
}
