using System.Text;
using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using MetaStore.Client;
using MetaStore.Compatibility.Tests.Etcdctl;
using MetaStore.Testing;
using MetaStore.Testing.Processes;
using Xunit.Abstractions;

namespace MetaStore.Compatibility.Tests;

/// <summary>
/// Runs metactl and Debian's etcdctl with unusual command lines (unusual.script), each against its own member. Exit code and standard output must be
/// equal, and after each command both members must have the same state: nothing is written that etcdctl rejects.
/// </summary>
[Collection("processes")]
public sealed class UnusualCallTests(ITestOutputHelper output)
{
    private const int WholeScript = int.MaxValue;

    private static DeleteRangeRequest Everything => new() { Key = KeyRange.All.Key, RangeEnd = KeyRange.All.RangeEnd };

    [SkippableTheory]
    [InlineData("memory", false, WholeScript)]
    [RowOnRequest("memory", true, WholeScript)]
    [RowOnRequest("rocksdb", true, WholeScript)]
    [InlineData("memory", true, 60)]
    public async Task EveryCall_EndsPrintsAndWritesAsEtcdctls(string engine, bool isSecured, int calls)
    {
        Skip.If(Programs.Etcdctl is null, "etcdctl is not installed");
        await using var left = ProcessCluster.OfMetaStore(1, ClusterSecurity.Of(isSecured), EngineFlags.Of(engine));
        await using var right = ProcessCluster.OfMetaStore(1, ClusterSecurity.Of(isSecured), EngineFlags.Of(engine));
        await Task.WhenAll(left.StartAsync(), right.StartAsync());
        using var theirs = ClientOf(left);
        using var ours = ClientOf(right);
        var (theirNames, ourNames) = (await NamesAsync(left, theirs), await NamesAsync(right, ours));
        var differences = new List<string>();
        ScriptCommand[] script = [.. ScriptCommand.Read(Path.Combine(AppContext.BaseDirectory, "Etcdctl", "unusual.script"))
            .Take(calls).Where(command => !isSecured || !command.NeedsNoUser)];
        foreach (var command in script)
        {
            var before = await StateAsync(ours);
            var answers = await Task.WhenAll(
                EtcdctlAsync(UnusualCall.Of(command, theirNames, left.Security.ToolFlags), theirNames), MetactlAsync(UnusualCall.Of(command, ourNames, right.Security.ToolFlags), ourNames));
            theirNames.Learn(answers[0].Output);
            ourNames.Learn(answers[1].Output);
            var states = await Task.WhenAll(StateAsync(theirs), StateAsync(ours));
            var call = UnusualCall.Of(command, ourNames, right.Security.ToolFlags);
            var expected = call.OwnCode is { } own ? $"exit {own}" : Shown(answers[0], theirNames, call.IsCodeOnly);
            var actual = Shown(answers[1], ourNames, call.IsCodeOnly || call.OwnCode is not null);
            output.WriteLine($"$ {command.Text}\n{Shown(answers[0], theirNames, false)}\n  etcdctl: {answers[0].Error.Trim()}\n  metactl: {answers[1].Error.Trim()}");
            if (expected != actual)
            {
                differences.Add($"line {command.Line}: {command.Text}\n{LineDiff.Describe(expected, actual)}\n  metactl: {answers[1].Error.Trim()}");
            }

            if (call.OwnCode is null ? states[0] != states[1] : states[1] != before)
            {
                differences.Add($"line {command.Line}: {command.Text}: what is stored\n{LineDiff.Describe(call.OwnCode is null ? states[0] : before, states[1])}");
                await AlignAsync(theirs, ours);
            }
            else if (states[0] != states[1])
            {
                await AlignAsync(theirs, ours);
            }
        }

        Assert.True(differences.Count == 0, $"{differences.Count} of {script.Length} calls differ\n{string.Join("\n\n", differences)}");
    }

    private static MetaStoreClient ClientOf(ProcessCluster cluster) => new(new MetaStoreClientOptions
    {
        Endpoints = cluster.AllClientUrls, User = cluster.Security.User, Password = cluster.Security.Password,
        Tls = new ClientTlsOptions { AuthoritiesFile = cluster.Security.AuthorityFile },
    });

    private static async Task<EtcdctlAnswer> EtcdctlAsync(UnusualCall call, ScriptNames names)
    {
        using var process = EtcdctlProcess.Start(call.Words, call.Variables);
        await process.FeedAsync(Input(call, names), isAll: true);
        return await process.EndedAsync();
    }

    private static Task<EtcdctlAnswer> MetactlAsync(UnusualCall call, ScriptNames names) =>
        MetactlRun.RunAsync(call.Words, Input(call, names), call.Variables);

    /// <summary>The input; "\xNN" outside of a script's own quotes is written as "%NN".</summary>
    private static byte[] Input(UnusualCall call, ScriptNames names)
    {
        var bytes = new List<byte>();
        var text = names.Fill(call.Command.Input);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%')
            {
                bytes.Add(Convert.FromHexString(text.AsSpan(i + 1, 2))[0]);
                i += 2;
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(text[i].ToString()));
            }
        }

        return [.. bytes];
    }

    private static string Shown(EtcdctlAnswer answer, ScriptNames names, bool isCodeOnly) =>
        isCodeOnly ? $"exit {answer.ExitCode}" : OutputNormalizer.Normalize($"{answer.Output}exit {answer.ExitCode}", names);

    private static async Task<ScriptNames> NamesAsync(ProcessCluster cluster, MetaStoreClient client)
    {
        var names = new ScriptNames(cluster);
        var header = (await client.Maintenance.StatusAsync(new StatusRequest())).Header;
        names.AddId("id-n1", header.MemberId);
        names.AddId("cluster", header.ClusterId);
        return names;
    }

    /// <summary>The stored state: pairs and revision.</summary>
    private static async Task<string> StateAsync(MetaStoreClient client)
    {
        var all = await client.Kv.RangeAsync(new RangeRequest { Key = KeyRange.All.Key, RangeEnd = KeyRange.All.RangeEnd });
        var pairs = all.Kvs.Select(pair => $"{Hex(pair.Key)} = {Hex(pair.Value)}, {pair.CreateRevision} {pair.ModRevision} {pair.Version} {pair.Lease != 0}");
        return string.Join('\n', [$"revision {all.Header.Revision}", .. pairs]);
    }

    /// <summary>When only one of the two was written to, empties both and brings them to the same revision.</summary>
    private static async Task AlignAsync(MetaStoreClient theirs, MetaStoreClient ours)
    {
        var (one, other) = (await RevisionAsync(theirs), await RevisionAsync(ours));
        await WriteAsync(theirs, Math.Max(0, other - one) + 1);
        await WriteAsync(ours, Math.Max(0, one - other) + 1);

        static async Task<long> RevisionAsync(MetaStoreClient client) => (await client.Kv.DeleteRangeAsync(Everything)).Header.Revision;

        static async Task WriteAsync(MetaStoreClient client, long puts)
        {
            for (var i = 0; i < puts; i++)
            {
                await client.Kv.PutAsync("align", "1");
            }

            await client.Kv.DeleteRangeAsync(Everything);
        }
    }

    private static string Hex(ByteString bytes) => Convert.ToHexStringLower(bytes.Span);
}
