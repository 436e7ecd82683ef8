namespace MetaStore.Server.Tests.Calls.Echoing;

/// <summary>A separate server for one test, for tests that stop it or expect log lines.</summary>
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
