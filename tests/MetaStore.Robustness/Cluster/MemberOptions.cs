using MetaStore.Client;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Cluster;

/// <summary>Options of a client of real members.</summary>
public static class MemberOptions
{
    /// <summary>The members' addresses, with the authority, user and password that they demand.</summary>
    public static MetaStoreClientOptions Of(ClusterSecurity security, params IReadOnlyList<Uri> members) => new()
    {
        Endpoints = members,
        DialTimeout = TimeSpan.FromMilliseconds(500),
        User = security.User,
        Password = security.Password,
        Tls = new ClientTlsOptions { AuthoritiesFile = security.AuthorityFile },
    };
}
