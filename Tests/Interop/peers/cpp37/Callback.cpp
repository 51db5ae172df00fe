// An Ice for C++ 3.7 peer of calls back over the client's connection: as callback.py, which says what it does.

#include <Ice/Ice.h>

#include <iostream>
#include <iterator>
#include <stdexcept>
#include <vector>

using namespace std;
using Bytes = vector<Ice::Byte>;

namespace {

const Ice::Identity callback{"callback", ""};

class Echo final : public Ice::Blobject {
    bool ice_invoke(Bytes parameters, Bytes& result, const Ice::Current&) override {
        result = move(parameters);
        return true;
    }
};

class CallBack final : public Ice::Blobject {
    bool ice_invoke(Bytes parameters, Bytes& result, const Ice::Current& current) override {
        const auto proxy = current.con->createProxy(callback);
        return proxy->ice_invoke("echo", Ice::OperationMode::Normal, parameters, result);
    }
};

void require(bool condition, const string& what) {
    if (!condition) {
        throw runtime_error("unexpected: " + what);
    }
}

void client(const Ice::CommunicatorPtr& communicator, const string& text) {
    const auto adapter = communicator->createObjectAdapter("");
    adapter->add(make_shared<Echo>(), callback);
    adapter->activate();
    const auto proxy = communicator->stringToProxy(text);
    const auto connection = proxy->ice_getConnection();
    connection->setAdapter(adapter);
    for (const size_t length : {0, 5, 300'000}) {
        Ice::OutputStream out(communicator);
        out.startEncapsulation();
        out.write(string(length, 'x'));
        out.endEncapsulation();
        Bytes parameters;
        out.finished(parameters);
        Bytes result;
        require(proxy->ice_invoke("callBack", Ice::OperationMode::Normal, parameters, result), "a user exception");
        require(result == parameters, "another text");
    }
    connection->setAdapter(nullptr);
    try {
        Bytes result;
        proxy->ice_invoke("callBack", Ice::OperationMode::Normal, Bytes{}, result);
        require(false, "a missing object answered");
    } catch (const Ice::ObjectNotExistException& exception) {
        require(exception.id == callback, "another object is missing");
    }
}

void server(const Ice::CommunicatorPtr& communicator, const string& endpoint) {
    const auto adapter = communicator->createObjectAdapterWithEndpoints("A", endpoint);
    adapter->add(make_shared<CallBack>(), Ice::stringToIdentity("greeter"));
    adapter->activate();
    cout << "READY " << adapter->getEndpoints().at(0)->toString() << endl;
    const string rest{istreambuf_iterator<char>(cin), {}};
}

}  // namespace

int main(int argc, char* argv[]) {
    try {
        Ice::InitializationData data;
        data.properties = Ice::createProperties(argc, argv);
        // The answer of a callback is read by another thread than that which waits for it.
        data.properties->setProperty("Ice.ThreadPool.Server.Size", "4");
        data.properties->setProperty("Ice.ThreadPool.Client.Size", "4");
        const Ice::CommunicatorHolder communicator{data};
        require(argc >= 3, "too few arguments");
        (string(argv[1]) == "client" ? client : server)(communicator.communicator(), argv[2]);
    } catch (const exception& failure) {
        cerr << failure.what() << endl;
        return 1;
    }
}
