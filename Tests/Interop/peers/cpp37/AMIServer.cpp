// An Ice for C++ 3.7 server of ::AMI::Probe and, behind an adapter of its own, ::AMI::Control.
//
// Usage: ami-server [ENDPOINT [--PROPERTY=VALUE...]]
//
// Prints `READY`, the endpoint of the probe, `CONTROL` and that of the control when the control can be called, and ends when
// its standard input does. No servant blocks its thread.

#include <Ice/Ice.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <iostream>
#include <limits>
#include <map>
#include <mutex>
#include <set>
#include <stdexcept>
#include <vector>

#include "AMI.h"

using namespace std;
using Ice::Current;

class Gates {
public:
    void hold(const string& name, function<void()> answer) {
        {
            lock_guard<mutex> lock(guard);
            if (!opened.count(name)) {
                held[name].push_back(answer);
                return;
            }
        }
        answer();
    }

    void open(const string& name) {
        vector<function<void()>> answers;
        {
            lock_guard<mutex> lock(guard);
            opened.insert(name);
            answers.swap(held[name]);
        }
        for (auto& answer : answers) {
            answer();
        }
    }

private:
    mutex guard;
    set<string> opened;
    map<string, vector<function<void()>>> held;
};

class Counts {
public:
    int add(const string& name) {
        vector<function<void(int)>> reached;
        int count;
        {
            lock_guard<mutex> lock(guard);
            count = ++counts[name];
            for (auto waiter = waiters.begin(); waiter != waiters.end();) {
                if (waiter->name == name && waiter->count <= count) {
                    reached.push_back(waiter->answer);
                    waiter = waiters.erase(waiter);
                } else {
                    ++waiter;
                }
            }
        }
        for (auto& answer : reached) {
            answer(count);
        }
        return count;
    }

    void wait(const string& name, int count, function<void(int)> answer) {
        int now;
        {
            lock_guard<mutex> lock(guard);
            now = counts[name];
            if (now < count) {
                waiters.push_back({name, count, answer});
                return;
            }
        }
        answer(now);
    }

private:
    struct Waiter {
        string name;
        int count;
        function<void(int)> answer;
    };

    mutex guard;
    map<string, int> counts;
    vector<Waiter> waiters;
};

static Gates gates;
static Counts counts;

class ProbeServant : public AMI::Probe {
public:
    void op(const Current&) override { counts.add("op"); }

    string opWithResult(string value, const Current&) override {
        counts.add("opWithResult");
        return value;
    }

    int opWithOuts(int a, int b, string text, int& product, string& same, const Current&) override {
        counts.add("opWithOuts");
        product = a * b;
        same = text;
        return a + b;
    }

    AMI::Call describe(const Current& current) override {
        counts.add(current.operation);
        return {current.id.name, current.facet, current.operation, current.mode != Ice::OperationMode::Normal,
                current.requestId != 0, current.ctx};
    }

    AMI::Call describeIdempotent(const Current& current) override { return describe(current); }

    void fail(string kind, const Current&) override {
        counts.add("fail");
        if (kind == "declared") {
            throw AMI::Declared("as asked");
        }
        if (kind == "undeclared") {
            throw AMI::Undeclared(42);
        }
        if (kind == "missing") {
            throw Ice::ObjectNotExistException(__FILE__, __LINE__);
        }
        throw runtime_error("not an Ice exception");
    }

    void holdAsync(string gate, function<void()> response, function<void(exception_ptr)>,
                   const Current& current) override {
        counts.add(current.operation);
        gates.hold(gate, response);
    }

    void holdIdempotentAsync(string gate, function<void()> response, function<void(exception_ptr)> exception,
                             const Current& current) override {
        holdAsync(gate, response, exception, current);
    }

    void open(string gate, const Current&) override {
        counts.add("open");
        gates.open(gate);
    }

    void execute(string id, const Current&) override {
        counts.add("execute");
        counts.add(id);
        const string line = "EXECUTED " + id + "\n";
        if (write(1, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
            throw runtime_error("standard output is closed");
        }
    }

    int upload(int, AMI::Bytes data, const Current&) override {
        counts.add("upload");
        return static_cast<int>(data.size());
    }

    AMI::Bytes download(int size, const Current&) override {
        counts.add("download");
        return AMI::Bytes(static_cast<size_t>(size));
    }

    int breakOnce(string id, const Current& current) override {
        counts.add(current.operation);
        const int count = counts.add(id);
        if (count == 1) {
            current.con->close(Ice::ConnectionClose::Forcefully);
        }
        return count;
    }

    int breakOnceNormal(string id, const Current& current) override { return breakOnce(id, current); }
};

class ControlServant : public AMI::Control {
public:
    explicit ControlServant(const Ice::ObjectAdapterPtr& probe) : adapter(probe) {}

    void activate(const Current&) override { adapter->activate(); }
    void pause(const Current&) override { adapter->hold(); }
    void open(string gate, const Current&) override { gates.open(gate); }

    void awaitCountAsync(string name, int count, function<void(int)> response, function<void(exception_ptr)>,
                         const Current&) override {
        counts.wait(name, count, response);
    }

private:
    const Ice::ObjectAdapterPtr adapter;
};

static string text(const Ice::ObjectAdapterPtr& adapter) {
    auto info = dynamic_pointer_cast<Ice::IPEndpointInfo>(adapter->getEndpoints().at(0)->getInfo());
    if (!info) {
        throw runtime_error("not a tcp endpoint");
    }
    return "tcp -h " + info->host + " -p " + to_string(info->port);
}

int main(int argc, char* argv[]) {
    try {
        Ice::InitializationData data;
        data.properties = Ice::createProperties();
        data.properties->setProperty("Ice.ThreadPool.Server.Size", "4");
        data.properties->setProperty("Ice.MessageSizeMax", "0");
        Ice::CommunicatorHolder communicator(argc, argv, data);

        const string endpoint = argc > 1 ? argv[1] : "tcp -h 127.0.0.1 -p 0";
        auto probe = communicator->createObjectAdapterWithEndpoints("Probe", endpoint);
        probe->add(make_shared<ProbeServant>(), Ice::stringToIdentity("probe"));
        auto control = communicator->createObjectAdapterWithEndpoints("Control", "tcp -h 127.0.0.1 -p 0");
        control->add(make_shared<ControlServant>(probe), Ice::stringToIdentity("control"));
        control->activate();
        cout << "READY " << text(probe) << " CONTROL " << text(control) << endl;
        cin.ignore(numeric_limits<streamsize>::max());
        _Exit(0);
    } catch (const exception& error) {
        cerr << error.what() << endl;
        return 1;
    }
}
