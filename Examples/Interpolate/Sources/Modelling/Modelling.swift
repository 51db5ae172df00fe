// Everything in this module is generated from Model.ice.
