using System.Security.Cryptography.X509Certificates;

namespace MetaStore.Server.Listening.Tls.Certificates;

/// <summary>Names of which a certificate must have one. Immutable.</summary>
/// <param name="Flags">What the flags begin with, for messages: "client-cert" or "peer-cert".</param>
/// <param name="Hostnames">One must be among the SANs, where <c>*</c> stands for one label; empty for no such rule.</param>
/// <param name="CommonNames">One must be the common name; empty for no such rule.</param>
internal sealed record AllowedNames(string Flags, IReadOnlyList<string> Hostnames, IReadOnlyList<string> CommonNames)
{
    /// <summary>Why a certificate is another's; null when it has such a name.</summary>
    public string? WhyOfAnother(X509Certificate2 leaf) =>
        Hostnames.Count > 0 && !Hostnames.Any(name => leaf.MatchesHostname(name, allowWildcards: true, allowCommonName: false))
            ? $"it has none of the names of {Flags}-allowed-hostname"
            : CommonNames.Count > 0 && SubjectName.CommonNameOf(leaf) is var common && !CommonNames.Contains(common, StringComparer.Ordinal)
                ? $"its common name is none of {Flags}-allowed-cn"
                : null;
}
