// An Ice for C++ 3.7 client that tells what it is answered. It needs no Slice.
//
// Usage: dispatch-client PROXY RELAYED_PROXY OPERATION...
//
// Prints what ../dispatch_client.py prints.

#include <Ice/Ice.h>

#include <chrono>
#include <cstdio>
#include <future>
#include <iostream>
#include <vector>

using namespace std;

namespace {

using Proxy = shared_ptr<Ice::ObjectPrx>;

const vector<Ice::Byte> none;  // no parameters

string quoted(const string& text) {
    string result = "\"";
    for (const char character : text) {
        if (character == '"' || character == '\\') result += '\\';
        result += character;
    }
    return result + "\"";
}

string hex(const vector<Ice::Byte>& bytes) {
    string result;
    for (const auto byte : bytes) {
        char digits[3];
        snprintf(digits, sizeof digits, "%02x", byte);
        result += digits;
    }
    return result;
}

void call(const string& name, const Proxy& proxy, const string& operation) {
    cout << "{\"call\": " << quoted(name + " " + operation) << ", ";
    try {
        vector<Ice::Byte> result;
        const bool ok = proxy->ice_invoke(operation, Ice::OperationMode::Normal, none, result);
        cout << "\"ok\": " << (ok ? "true" : "false") << ", \"bytes\": " << quoted(hex(result));
    } catch (const Ice::RequestFailedException& exception) {
        cout << "\"exception\": " << quoted(exception.ice_id()) << ", \"target\": [" << quoted(exception.id.category) << ", "
             << quoted(exception.id.name) << ", " << quoted(exception.facet) << ", " << quoted(exception.operation) << "]";
    } catch (const Ice::UnknownException& exception) {
        cout << "\"exception\": " << quoted(exception.ice_id()) << ", \"text\": " << quoted(exception.unknown);
    } catch (const Ice::Exception& exception) {
        cout << "\"exception\": " << quoted(exception.ice_id());
    }
    cout << "}" << endl;
}

void beside(const Proxy& proxy) {
    vector<future<Ice::Object::Ice_invokeResult>> futures;
    for (int number = 0; number < 20; ++number) {
        futures.push_back(proxy->ice_invokeAsync("hold", Ice::OperationMode::Normal, none));
    }
    vector<Ice::Byte> result;
    proxy->ice_invoke("now", Ice::OperationMode::Normal, none, result);
    int early = 0;
    for (auto& future : futures) early += future.wait_for(chrono::seconds::zero()) == future_status::ready;
    proxy->ice_invoke("release", Ice::OperationMode::Normal, none, result);
    int answered = 0;
    for (auto& future : futures) answered += future.get().returnValue;
    cout << "{\"call\": \"beside\", \"early\": " << early << ", \"answered\": " << answered << "}" << endl;
}

}  // namespace

int main(int argc, char* argv[]) {
    try {
        const Ice::CommunicatorHolder communicator(argc, argv);
        const auto direct = communicator->stringToProxy(argv[1]);
        const auto relayed = communicator->stringToProxy(argv[2]);
        for (int index = 3; index < argc; ++index) call("direct", direct, argv[index]);
        for (int index = 3; index < argc; ++index) call("relayed", relayed, argv[index]);
        beside(direct);
        return 0;
    } catch (const exception& error) {
        cerr << error.what() << endl;
        return 1;
    }
}
