using MetaStore.Testing.Processes;

namespace MetaStore.Cli.Tests.Processes;

/// <summary>Three members for all tests of a class, which do not stop them.</summary>
public sealed class RunningCluster : IAsyncLifetime
{
    public ProcessCluster Members { get; } = ProcessCluster.OfMetaStore(3);

    public Task InitializeAsync() => Members.StartAsync();

    public async Task DisposeAsync() => await Members.DisposeAsync();
}
