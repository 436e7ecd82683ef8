namespace MetaStore.Server.Listening.Tls.Certificates;

/// <summary>One encapsulated object of a PEM file.</summary>
/// <param name="Label">For example "CERTIFICATE".</param>
/// <param name="Data">What the base64 stands for; owned by the block.</param>
/// <param name="IsEncrypted">True when a header says that <paramref name="Data"/> is encrypted.</param>
internal readonly record struct PemBlock(string Label, byte[] Data, bool IsEncrypted);
