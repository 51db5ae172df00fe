// Everything in this module is generated from FileTransfer.ice.
