namespace MetaStore.Server.Tests.Calls.Echoing;

/// <summary>A server of one test's own, for tests that stop it or expect lines in its log.</summary>
internal sealed class EchoServerOwner : IAsyncDisposable
{
    public EchoServer Server { get; } = new();

    public async Task<Uri> StartAsync()
    {
        await Server.InitializeAsync();
        return Server.Address;
    }

    public async ValueTask DisposeAsync() => await Server.DisposeAsync();
}
