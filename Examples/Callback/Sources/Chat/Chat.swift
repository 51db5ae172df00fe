// Everything in this module is generated from Room.ice.
