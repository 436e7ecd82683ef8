namespace MetaStore.Server.Listening.Tls.Certificates;

/// <summary>A file of certificates, keys or revocation lists cannot be used. The message is one clause that names the file.</summary>
internal sealed class TlsFileException(string message, Exception? inner = null) : Exception(message, inner);
