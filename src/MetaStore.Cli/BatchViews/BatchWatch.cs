using System.Runtime.InteropServices;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.CommandLine.Values;
using MetaStore.Cli.Terminals;
using MetaStore.Client;

namespace MetaStore.Cli.BatchViews;

/// <summary>Follows the batchers of all members and shows them: redrawn in place on a terminal, else one line per refresh.</summary>
/// <param name="endpoints">The members.</param>
/// <param name="interval">Refresh interval.</param>
/// <param name="looks">Number of refreshes; 0 continues until interrupted.</param>
internal sealed class BatchWatch(IReadOnlyList<Endpoint> endpoints, TimeSpan interval, int looks)
{
    private static readonly TimeProvider Time = TimeProvider.System;

    /// <summary>Runs until all refreshes are shown or the token is cancelled.</summary>
    /// <param name="client">Supplies the options; each member gets its own client.</param>
    /// <param name="isJson">True prints one JSON object per line.</param>
    /// <param name="cancellation">Ends it; the terminal is then restored.</param>
    public async Task RunAsync(MetaStoreClient client, bool isJson, CancellationToken cancellation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var members = endpoints.Select(endpoint => (Name: endpoint.ShortName, Client: client.At(endpoint.Address))).ToArray();
        try
        {
            MemberFeed[] feeds = [.. members.Select(member => new MemberFeed(member.Name, member.Client, interval, Time))];
            Task[] following = [.. feeds.Select(feed => feed.RunAsync(end.Token))];
            var showing = ShowAsync(feeds, isJson, end.Token);
            await Task.WhenAny([showing, .. following]);
            await end.CancelAsync();
            await Task.WhenAll([showing, .. following]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // the next line throws the relevant failure
            await (following.FirstOrDefault(feed => feed.IsFaulted) ?? showing);
        }
        finally
        {
            foreach (var member in members)
            {
                member.Client.Dispose();
            }
        }
    }

    private async Task ShowAsync(MemberFeed[] feeds, bool isJson, CancellationToken cancellation)
    {
        if (!isJson && Terminal.OutSize is not null && Variables.Get("TERM") is not (null or "" or "dumb"))
        {
            await DrawAsync(feeds, ViewStyle.Of(Variables.Get), cancellation);
            return;
        }

        for (var look = 1; looks == 0 || look <= looks; look++)
        {
            await Task.Delay(interval, Time, cancellation);
            MemberState[] states = [.. feeds.Select(feed => feed.State)];
            Terminal.Out.WriteLine(isJson ? BatchLine.Json(states, Time.GetUtcNow()) : BatchLine.Text(states, Time.GetUtcNow()));
        }
    }

    private async Task DrawAsync(MemberFeed[] feeds, ViewStyle style, CancellationToken cancellation)
    {
        using var resized = new SemaphoreSlim(0);
        using var signal = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => resized.Release());
        using var screen = new Screen();
        for (var look = 1; looks == 0 || look <= looks;)
        {
            screen.Draw(BatchView.Lines([.. feeds.Select(feed => feed.State)], interval, Terminal.OutSize ?? TerminalSize.Usual, style));
            look += await resized.WaitAsync(interval, cancellation) ? 0 : 1;
        }
    }
}
