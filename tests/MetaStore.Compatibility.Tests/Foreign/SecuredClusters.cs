using MetaStore.Testing.Processes;

namespace MetaStore.Compatibility.Tests.Foreign;

/// <summary>The clusters of a test class: three members whose clients verify them, and one that demands certificates of its clients too.</summary>
public sealed class SecuredClusters : IAsyncLifetime
{
    private readonly List<SecuredCluster> _started = [];

    internal SecuredCluster ServerOnly => _started[0];

    internal SecuredCluster Mutual => _started[1];

    /// <summary>Without etcdctl, which adds the users, nothing is started: the tests skip themselves.</summary>
    public async Task InitializeAsync()
    {
        if (Programs.Etcdctl is not null)
        {
            _started.Add(await SecuredCluster.StartAsync(3));
            _started.Add(await SecuredCluster.StartAsync(1, "--trusted-ca-file", "{files}/ca.crt", "--client-cert-auth"));
        }
    }

    public async Task DisposeAsync()
    {
        foreach (SecuredCluster cluster in _started)
        {
            await cluster.DisposeAsync();
        }
    }
}
