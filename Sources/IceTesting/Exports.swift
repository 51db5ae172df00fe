// Mocks made of Slice are a target of their own, so that `icegate mock` carries nothing of raw peers and test certificates.
@_exported public import IceMock
