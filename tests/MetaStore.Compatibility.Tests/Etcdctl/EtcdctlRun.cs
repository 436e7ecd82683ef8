using System.Globalization;
using System.Text;
using System.Text.Json;
using MetaStore.Testing.Processes;

namespace MetaStore.Compatibility.Tests.Etcdctl;

/// <summary>Runs the commands of a script with Debian's etcdctl against one cluster.</summary>
internal sealed class EtcdctlRun(ProcessCluster cluster) : IDisposable
{
    /// <summary>
    /// etcdctl fails after 5 s, and after 2 s without a connection, and then it is unknown whether the command was applied. A machine that stalls for
    /// that long must not lose a step of the script.
    /// </summary>
    private static readonly string[] Patient = ["--command-timeout=30s", "--dial-timeout=30s"];

    private readonly HttpClient _http = new(cluster.Security.CreateHandler());
    private readonly ScriptNames _names = new(cluster);
    private readonly Queue<EtcdctlProcess> _kept = [];

    /// <summary>Reads the ids and makes the first member the leader, so that both clusters start in the same state.</summary>
    internal async Task PrepareAsync()
    {
        using var status = JsonDocument.Parse((await AnswerAsync("endpoint status -w json --endpoints={all}")).Output);
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
            await AnswerAsync("move-leader {id-n1} --endpoints={all}");
        }
    }

    /// <summary>Runs one command; returns its normalized output and exit code.</summary>
    /// <exception cref="LostStepException">It did not end, or did not print the expected number of lines.</exception>
    internal async Task<string> RunAsync(ScriptCommand command)
    {
        try
        {
            var (output, error, exitCode) = await AnswerAsync(command);
            if (exitCode == EtcdctlAnswer.DidNotEnd)
            {
                throw new LostStepException($"line {command.Line}: etcdctl {command.Text}: does not end\n{output}");
            }

            _names.Learn(output);
            return OutputNormalizer.Normalize($"{output}{Prefixed(error)}exit {exitCode}", _names);
        }
        catch (TimeoutException late)
        {
            throw new LostStepException($"line {command.Line}: etcdctl {command.Text}: {late.Message}");
        }
    }

    /// <summary>The first member's current revision.</summary>
    internal async Task<long> RevisionAsync()
    {
        using var answer = await _http.PostAsync(new Uri(cluster.Nodes[0].ClientUrl, "/v3/maintenance/status"), new StringContent("{}"));
        using var status = JsonDocument.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync());
        return long.Parse(status.RootElement.GetProperty("header").GetProperty("revision").GetString()!, CultureInfo.InvariantCulture);
    }

    /// <summary>Stops commands that still run, for instance after a lost step.</summary>
    public void Dispose()
    {
        while (_kept.TryDequeue(out var kept))
        {
            kept.Dispose();
        }

        _http.Dispose();
    }

    private async Task<EtcdctlAnswer> AnswerAsync(ScriptCommand command)
    {
        switch (command.Mode)
        {
            case ScriptMode.Whole:
                return await AnswerAsync(command.Text, command.Input);
            case ScriptMode.Until:
                using (var process = await StartAsync(command))
                {
                    process.Interrupt();
                    return (await process.EndedAsync()).Cut(command.Lines);
                }

            case ScriptMode.Keep:
                _kept.Enqueue(await StartAsync(command));
                return new EtcdctlAnswer(string.Empty, string.Empty, 0);
            default:
                using (var kept = _kept.Dequeue())
                {
                    await kept.PrintedAsync(command.Lines);
                    kept.Interrupt();
                    return (await kept.EndedAsync()).Cut(command.Lines);
                }
        }
    }

    private async Task<EtcdctlProcess> StartAsync(ScriptCommand command)
    {
        var process = EtcdctlProcess.Start(Words(command.Text));
        try
        {
            await process.FeedAsync(_names.Fill(command.Input), isAll: command.Input.Length == 0);
            await process.PrintedAsync(command.Lines);
            return process;
        }
        catch (TimeoutException)
        {
            process.Dispose();
            throw;
        }
    }

    private async Task<EtcdctlAnswer> AnswerAsync(string text, string input = "")
    {
        var words = Words(text);
        using var process = EtcdctlProcess.Start(words);
        await process.FeedAsync(_names.Fill(input), isAll: true);
        var answer = await process.EndedAsync();
        return words.Contains("protobuf") ? answer with { Output = ProtobufOutput.Describe(words[0], Encoding.Latin1.GetBytes(answer.Output)) } : answer;
    }

    private List<string> Words(string text)
    {
        var words = ScriptCommand.Words(_names.Fill(text)).ToList();
        foreach (var flag in (string[])[$"--endpoints={cluster.Nodes[0].Endpoint}", .. Patient, .. cluster.Security.ToolFlags])
        {
            if (!words.Exists(word => word.StartsWith(flag[..flag.IndexOf('=')], StringComparison.Ordinal)))
            {
                // After "--" it would be an argument of the program that etcdctl runs.
                words.Insert(words.IndexOf("--") is >= 0 and var at ? at : words.Count, flag);
            }
        }

        return words;
    }

    private static string Prefixed(string error) =>
        string.Concat(error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => $"stderr: {line}\n"));
}
