using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Server.Tests.Configuration.Etcd;

/// <summary>A member in a separate process, with a temporary directory.</summary>
internal sealed class StartedProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http;

    private StartedProcess(string folder, int clientPort, ServerProcess process)
    {
        Folder = folder;
        ClientPort = clientPort;
        Process = process;
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{clientPort}"), Timeout = TimeSpan.FromSeconds(5) };
    }

    public string Folder { get; }

    public int ClientPort { get; }

    public ServerProcess Process { get; }

    public HttpClient Http => _http;

    /// <summary>Starts it with a configuration file and waits until it responds.</summary>
    /// <param name="yaml">Creates the file's text from folder, client port and peer port.</param>
    /// <param name="arguments">Additional flags.</param>
    public static async Task<StartedProcess> WithFileAsync(Func<string, int, int, string> yaml, params string[] arguments)
    {
        string folder = Directory.CreateTempSubdirectory("metastore-config-").FullName;
        int[] ports = FreePorts.Take(2);
        string file = Path.Combine(folder, "member.yaml");
        await File.WriteAllTextAsync(file, yaml(folder, ports[0], ports[1]));
        var started = new StartedProcess(folder, ports[0], ServerProcess.Start(Programs.MetaStore, ["--config-file", file, .. arguments]));
        try
        {
            await Eventually.TrueAsync(started.IsHealthyAsync, Patience, () => $"the member answers:\n{started.Process.Output}");
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>A file with name, directory and addresses, plus the given lines.</summary>
    public static Func<string, int, int, string> Member(Func<string, string> more) => (folder, client, peer) => $"""
        data-dir: '{Path.Combine(folder, "data")}'
        listen-client-urls: http://127.0.0.1:{client}
        advertise-client-urls: http://127.0.0.1:{client}
        listen-peer-urls: http://127.0.0.1:{peer}
        initial-advertise-peer-urls: http://127.0.0.1:{peer}
        {more(folder)}
        """;

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        _http.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task<bool> IsHealthyAsync()
    {
        Assert.True(Process.IsRunning, $"the member has ended:\n{Process.Output}");
        try
        {
            return (await _http.GetAsync("/health")).IsSuccessStatusCode;
        }
        catch (Exception notYet) when (notYet is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}
