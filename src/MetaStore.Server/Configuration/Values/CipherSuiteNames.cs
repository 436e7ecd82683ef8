using System.Net.Security;

namespace MetaStore.Server.Configuration.Values;

/// <summary>The cipher suites that a configuration may name: those that etcd knows, by their IANA names.</summary>
/// <remarks>
/// Suites without encryption or authentication, and RC4, are not among them. Source of the names: Go's crypto/tls, which also spells two suites without
/// their hash.
/// </remarks>
internal static class CipherSuiteNames
{
    private const string ChaCha = "_CHACHA20_POLY1305";
    private const string ChaChaHash = "_SHA256";

    private static readonly TlsCipherSuite[] Tls13 =
    [
        TlsCipherSuite.TLS_AES_128_GCM_SHA256, TlsCipherSuite.TLS_AES_256_GCM_SHA384, TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
    ];

    private static readonly TlsCipherSuite[] Known =
    [
        .. Tls13,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, TlsCipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256, TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256,
        TlsCipherSuite.TLS_RSA_WITH_AES_128_GCM_SHA256, TlsCipherSuite.TLS_RSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_RSA_WITH_AES_128_CBC_SHA256, TlsCipherSuite.TLS_RSA_WITH_AES_128_CBC_SHA, TlsCipherSuite.TLS_RSA_WITH_AES_256_CBC_SHA,
        TlsCipherSuite.TLS_RSA_WITH_3DES_EDE_CBC_SHA, TlsCipherSuite.TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA,
    ];

    private static readonly Dictionary<string, TlsCipherSuite> ByName = Known
        .SelectMany(suite => Spellings(suite.ToString()), (suite, name) => (suite, name))
        .ToDictionary(named => named.name, named => named.suite, StringComparer.Ordinal);

    /// <summary>The names, each suite once.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Known.Select(suite => suite.ToString())];

    /// <summary>False for a name that is not known.</summary>
    public static bool IsKnown(string name) => ByName.ContainsKey(name);

    /// <summary>The suites of a configuration, and those of TLS 1.3, which cannot be chosen: as in etcd they are always there.</summary>
    /// <param name="names">Known ones; at least one.</param>
    public static TlsCipherSuite[] Read(IEnumerable<string> names) => [.. names.Select(name => ByName[name]).Concat(Tls13).Distinct()];

    private static string[] Spellings(string name) =>
        name.EndsWith(ChaCha + ChaChaHash, StringComparison.Ordinal) && name.Contains("_WITH_", StringComparison.Ordinal) ? [name, name[..^ChaChaHash.Length]] : [name];
}
