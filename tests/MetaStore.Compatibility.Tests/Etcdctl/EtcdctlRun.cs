using System.Diagnostics;
using System.Text;
using System.Text.Json;
using MetaStore.Testing.Processes;

namespace MetaStore.Compatibility.Tests.Etcdctl;

/// <summary>Runs the commands of a script with Debian's etcdctl against one cluster.</summary>
internal sealed class EtcdctlRun(ProcessCluster cluster)
{
    private static readonly TimeSpan CommandLimit = TimeSpan.FromSeconds(40);

    private readonly ScriptNames _names = new(cluster);

    /// <summary>Learns the ids and makes the first member the leader, so that both clusters start alike.</summary>
    internal async Task PrepareAsync()
    {
        using var status = JsonDocument.Parse((await RunAsync("endpoint status -w json --endpoints={all}", string.Empty)).Output);
        var leader = 0UL;
        var first = 0UL;
        for (var i = 0; i < cluster.Nodes.Count; i++)
        {
            var answer = status.RootElement[i].GetProperty("Status");
            var id = answer.GetProperty("header").GetProperty("member_id").GetUInt64();
            _names.AddId($"id-{cluster.Nodes[i].Name}", id);
            _names.AddId("cluster", answer.GetProperty("header").GetProperty("cluster_id").GetUInt64());
            leader = answer.GetProperty("leader").GetUInt64();
            first = i == 0 ? id : first;
        }

        if (leader != first)
        {
            await RunAsync("move-leader {id-n1} --endpoints={all}", string.Empty);
        }
    }

    /// <summary>Runs one command; returns what it printed and how it ended, normalized.</summary>
    internal async Task<string> RunAsync(ScriptCommand command)
    {
        var (output, error, exitCode) = await RunAsync(command.Text, command.Input);
        _names.Learn(output);
        return OutputNormalizer.Normalize($"{output}{Prefixed(error)}exit {exitCode}", _names);
    }

    private async Task<(string Output, string Error, int ExitCode)> RunAsync(string text, string input)
    {
        var words = ScriptCommand.Words(_names.Fill(text)).ToList();
        if (!words.Exists(word => word.StartsWith("--endpoints", StringComparison.Ordinal)))
        {
            words.Add($"--endpoints={cluster.Nodes[0].Endpoint}");
        }

        var start = new ProcessStartInfo(Programs.Etcdctl!, words)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.Latin1,
            StandardErrorEncoding = Encoding.Latin1,
        };
        start.Environment["ETCDCTL_API"] = "3";
        using var process = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(CommandLimit);
        var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        var error = process.StandardError.ReadToEndAsync(deadline.Token);
        await FeedAsync(process, input);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
            var printed = words.Contains("protobuf") ? ProtobufOutput.Describe(words[0], Encoding.Latin1.GetBytes(await output)) : await output;
            return (printed, await error, process.ExitCode);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            return ("no end within the limit\n", string.Empty, -1);
        }
    }

    /// <summary>A command that fails at once closes its input before it is written; that is its answer and not ours to judge.</summary>
    private static async Task FeedAsync(Process process, string input)
    {
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException closed)
        {
            Trace.WriteLine($"etcdctl {process.Id} did not read its input: {closed.Message}");
        }
    }

    private static string Prefixed(string error) =>
        string.Concat(error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => $"stderr: {line}\n"));
}
