namespace MetaStore.Cli.Certificates;

/// <summary>What a certificate is for.</summary>
internal enum CertificatePurpose
{
    /// <summary>Signs others, and lists of revoked ones.</summary>
    Authority,

    /// <summary>A member: shown to clients, and to other members in both directions.</summary>
    Member,

    /// <summary>A client; its common name is the name of the user.</summary>
    Client,
}
