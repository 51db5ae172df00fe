// Everything in this module is generated from Greeter.ice.
