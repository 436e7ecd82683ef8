namespace MetaStore.Server.Configuration.Values;

/// <summary>Schemes that a setting takes in its addresses.</summary>
[Flags]
internal enum UrlSchemes
{
    /// <summary>http and https: what other machines can reach a port by.</summary>
    Web = 1,

    /// <summary>unix and unixs: sockets in the file system.</summary>
    Sockets = 2,

    /// <summary>What a client port can listen on.</summary>
    Any = Web | Sockets,
}
