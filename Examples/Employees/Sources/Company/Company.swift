// Everything in this module is generated from Employees.ice.
