using MetaStore.Batching.SettingTable;
using MetaStore.Protocol.V1;

namespace MetaStore.Cli.Output.Batching;

/// <summary>The result of changing settings at one member.</summary>
/// <param name="Endpoint">host:port of the member.</param>
/// <param name="Before">Settings before; null when it did not respond.</param>
/// <param name="After">Current settings.</param>
/// <param name="Error">Why it did not respond, or rejected the change.</param>
internal sealed record BatchingChange(string Endpoint, BatchSettings? Before, BatchSettings? After, string? Error)
{
    private const int Columns = 80;

    /// <summary>"dynamic -> fixed, fixed.batch_size 100 -> 9"; "fixed, nothing changed".</summary>
    public string Text
    {
        get
        {
            if (Before is null || After is null)
            {
                return string.Empty;
            }

            var (before, after) = (ModeNames.Of(Before), ModeNames.Of(After));
            string[] changes = [.. ChangesBesideTheMode()];
            return (before == after ? after : $"{before} -> {after}")
                + (before == after && changes.Length == 0 ? ", nothing changed" : string.Concat(changes.Select(change => ", " + change)));
        }
    }

    /// <summary>How to make a change permanent, and suggested next commands.</summary>
    public static IEnumerable<string> Advice(BatchSettings change)
    {
        string[] keys = [.. BatchSettingTable.All.Where(setting => BatchSettingMessage.Read(change, setting) is not null)
            .Select(setting => $"{setting.Path}: {setting.Text(BatchSettingMessage.Read(change, setting)!.Value)}")];
        var line = $"Until the next start. To keep it: {string.Join(", ", keys)}";
        if (keys.Length == 1 && line.Length <= Columns)
        {
            yield return line;
        }
        else
        {
            yield return "Until the next start. To keep it, in the configuration:";
            foreach (var key in keys)
            {
                yield return "  " + key;
            }
        }

        yield return "Next: metactl batch compare (modes side by side), metactl batch watch (live)";
    }

    private IEnumerable<string> ChangesBesideTheMode() =>
        from setting in BatchSettingTable.All
        where setting.Key is not ("policy" or "flush_when_idle")
        let before = BatchSettingMessage.Read(Before!, setting)
        let after = BatchSettingMessage.Read(After!, setting)
        where before is not null && after is not null && before != after
        select $"{setting.Key} {setting.Text(before.Value)} -> {setting.Text(after.Value)}";
}
