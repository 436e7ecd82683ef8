using System.Text.RegularExpressions;
using Google.Protobuf;
using MetaStore.Client.Tests.Processes;
using MetaStore.Testing;
using MetaStore.Testing.Processes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace MetaStore.Client.Tests.Documentation;

/// <summary>The examples of docs/client.md equal those of <see cref="ClientGuide"/>, and they work.</summary>
[Collection(nameof(OneAtATime))]
public sealed partial class ClientGuideTests(SingleNode node)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public void EveryExample_IsCompiled()
    {
        var compiled = Lines(File.ReadAllText(Path.Combine(Programs.SourceTree, "tests/MetaStore.Client.Tests/Documentation/ClientGuide.cs")));
        var examples = Example().Matches(File.ReadAllText(Path.Combine(Programs.SourceTree, "docs/client.md"))).Select(match => match.Groups["code"].Value).ToArray();

        Assert.Equal(17, examples.Length);
        Assert.All(examples, example => Assert.Contains(Lines(example), compiled, StringComparison.Ordinal));
    }

    /// <summary>Runs them twice: what an example leaves must not break its next run.</summary>
    [Fact]
    public async Task Examples_RunTwice()
    {
        await RunAsync("monday").WaitAsync(Limit);
        await RunAsync("tuesday").WaitAsync(Limit);
    }

    private async Task RunAsync(string day)
    {
        using var stop = new CancellationTokenSource();
        var observing = ClientGuide.FollowAsync(node.Client, stop.Token);
        Assert.Equal("10", await ClientGuide.KeysAsync(node.Client));
        await node.Client.Kv.PutAsync("config/limit", "1");
        var seen = await ClientGuide.TransactAsync(node.Client, 0);
        Assert.Equal(seen, await ClientGuide.TransactAsync(node.Client, seen));
        Assert.Equal("20", (await node.Client.Kv.GetAsync("config/limit"))!.Value.ToStringUtf8());
        await ClientGuide.ScanAsync(node.Client);
        await ClientGuide.PutForAsync(node.Client, "one", "4711");
        await ClientGuide.PutAllAsync(node.Client, [("one", "1"), ("two", "2")]);
        await ClientGuide.LockAsync(node.Client, day, _ => Task.CompletedTask, stop.Token);
        Assert.Equal(day, (await node.Client.Kv.GetAsync("done/nightly"))?.Value.ToStringUtf8());
        var key = ByteString.CopyFromUtf8("services/one");
        await ClientGuide.RegisterServiceAsync(node.Client, key, key, async lost => Assert.NotNull(await node.Client.Kv.GetAsync(key, lost)), stop.Token);
        Assert.Null(await node.Client.Kv.GetAsync(key));
        await ClientGuide.LeadAsync(node.Client, "here", stop.Token);
        await ClientGuide.FailAsync(node.Client);
        ClientGuide.Connect();
        ClientGuide.Extend(NullLoggerFactory.Instance, () => Task.FromResult("token"));
        ClientGuide.Register(new ServiceCollection(), new ConfigurationBuilder().Build());
        var watching = ClientGuide.WatchAsync(node.Client, 1, stop.Token);
        var batching = ClientGuide.BatchAsync(node.Client, new Uri("http://" + node.Endpoint), stop.Token);
        await Eventually.TrueAsync(async () => (await node.Client.Batching.GetAsync()).Settings.TargetLatencyUs == 5_000, Limit, () => "the target is not set");

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => observing);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => batching);
    }

    /// <summary>Lines without their indentation.</summary>
    private static string Lines(string text) => string.Join('\n', text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
