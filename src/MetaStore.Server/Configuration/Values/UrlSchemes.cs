namespace MetaStore.Server.Configuration.Values;

/// <summary>Schemes that a setting takes in its addresses.</summary>
[Flags]
internal enum UrlSchemes
{
    /// <summary>http: cleartext.</summary>
    Http = 1,

    /// <summary>https: TLS.</summary>
    Https = 2,

    /// <summary>unix, and unixs where <see cref="Https"/> is taken too: sockets in the file system.</summary>
    Sockets = 4,

    /// <summary>What other machines can reach a client port by.</summary>
    Web = Http | Https,

    /// <summary>What a client port can listen on.</summary>
    Any = Web | Sockets,
}
