using System.Diagnostics;
using System.Text.RegularExpressions;
using MetaStore.Testing.Processes;

namespace MetaStore.Cli.Tests.Documentation;

/// <summary>A shell in a folder of its own that runs commands of the documentation with the programs under test.</summary>
/// <remarks>
/// A member that a page starts in the foreground is started in the background instead, and the next command waits until it serves; the one before it is stopped.
/// Whatever is started without addresses gets those of <see cref="Client"/> and <see cref="Peer"/>.
/// </remarks>
internal sealed partial class GuideShell : IDisposable
{
    private const string Prelude = """
        exec 2>&1
        set -euo pipefail
        server=
        trap 'kill $(jobs -p) 2> /dev/null || true; wait' EXIT
        serve() {
          if [ -n "$server" ]; then kill "$server"; wait "$server" || true; fi
          metastore "$@" > server.log 2>&1 &
          server=$!
          until grep -q "ready to serve client requests" server.log; do
            kill -0 "$server" 2> /dev/null || { cat server.log; return 1; }
            sleep 0.1
          done
        }
        """;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("metastore-guide-");

    /// <summary>Makes the folder, with the programs in its folder out.</summary>
    public GuideShell()
    {
        var programs = _folder.CreateSubdirectory("out");
        File.CreateSymbolicLink(Path.Combine(programs.FullName, "metastore"), Programs.MetaStore);
        File.CreateSymbolicLink(Path.Combine(programs.FullName, "metactl"), Programs.Metactl);
        var ports = FreePorts.Take(2);
        (Client, Peer) = ($"127.0.0.1:{ports[0]}", $"127.0.0.1:{ports[1]}");
    }

    /// <summary>host:port for the clients of a member.</summary>
    public string Client { get; }

    /// <summary>host:port for the other members.</summary>
    public string Peer { get; }

    /// <summary>Runs commands; their output and errors. Fails the test when one of them fails.</summary>
    /// <param name="commands">As in a script of bash; the first that fails ends it.</param>
    public async Task<string> RunAsync(string commands)
    {
        var start = new ProcessStartInfo("bash", ["-c", $"{Prelude}\n{Served(commands)}"]) { WorkingDirectory = _folder.FullName, RedirectStandardOutput = true };
        foreach (var ofTheTests in (string[])["METASTORE_BIN", "METASTORE_METACTL_BIN"])
        {
            // A member refuses variables of its own prefix that it does not know.
            start.Environment.Remove(ofTheTests);
        }

        start.Environment["PATH"] = $"{_folder.FullName}/out:{start.Environment["PATH"]}";
        start.Environment["ETCDCTL_API"] = "3";
        // Of both clients. The defaults of 2 and 5 s are short while other tests use the processors.
        start.Environment["ETCDCTL_DIAL_TIMEOUT"] = start.Environment["ETCDCTL_COMMAND_TIMEOUT"] = "60s";
        start.Environment["METACTL_ENDPOINTS"] = Client;
        start.Environment["METASTORE_LISTEN_CLIENT_URLS"] = start.Environment["METASTORE_ADVERTISE_CLIENT_URLS"] = "http://" + Client;
        start.Environment["METASTORE_LISTEN_PEER_URLS"] = start.Environment["METASTORE_INITIAL_ADVERTISE_PEER_URLS"] = "http://" + Peer;
        using var shell = Process.Start(start)!;
        try
        {
            var said = await shell.StandardOutput.ReadToEndAsync().WaitAsync(Limit);
            await shell.WaitForExitAsync();
            Assert.True(shell.ExitCode == 0, said);
            return said;
        }
        finally
        {
            // After the limit the members that the commands have started would go on.
            shell.Kill(entireProcessTree: true);
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Members in the foreground become calls of "serve".</summary>
    private static string Served(string commands) => Foreground().Replace(commands.Replace("\\\n", " ", StringComparison.Ordinal), "serve ${arguments}");

    [GeneratedRegex(@"^metastore (?<arguments>(?!.*&$)(?!.*--(?:version|help|what-if|docs-markdown)).*)$", RegexOptions.Multiline)]
    private static partial Regex Foreground();
}
