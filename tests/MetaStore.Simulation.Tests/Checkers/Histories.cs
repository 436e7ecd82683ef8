using System.Text;
using MetaStore.Simulation.Checkers;
using MetaStore.Simulation.Kernel;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Mvcc.Reading;

namespace MetaStore.Simulation.Tests.Checkers;

/// <summary>Histories of a correct store: calls overlap, and each takes effect between its start and its end.</summary>
internal static class Histories
{
    public static PutCommand Put(string key, string value) => new() { Key = Bytes(key), Value = Bytes(value) };

    public static DeleteRangeCommand Delete(string key) => new() { Key = Bytes(key) };

    public static RangeQuery Get(string key) => new() { Key = Bytes(key) };

    public static Operation Call(ICommand? command, long call, long end, long revision, string answer, RangeQuery query = default, int client = 1) => new()
    {
        Client = client,
        Session = client,
        Command = command,
        Query = query,
        Call = call,
        Return = end,
        Outcome = Outcome.Done,
        Revision = revision,
        Answer = answer,
    };

    /// <summary>A correct history of overlapping calls and its log.</summary>
    public static (List<Operation> History, ReplayedLog Log) Good(ulong seed, int count)
    {
        var random = new SimRandom(seed);
        var log = new ReplayedLog();
        var history = new List<Operation>();
        for (int i = 0; i < count; i++)
        {
            // Takes effect at 100 i; starts before and ends after it.
            long at = 100L * (i + 10);
            (long call, long end) = (at - random.Between(1, 250), at + random.Between(1, 250));
            string key = $"k{random.Next(3)}";
            int client = random.Next(1000);
            if (random.Chance(0.5))
            {
                RangeQuery query = Get(key);
                history.Add(Call(null, call, end, log.Store.Revision, log.Store.Read(query, long.MaxValue), query, client));
                continue;
            }

            ICommand command = random.Chance(0.2) ? Delete(key) : Put(key, $"v{i}");
            log.Add(command);
            history.Add(Call(command, call, end, log.Store.Revision, log.Writes[^1].Answer, client: client));
        }

        return (history, log);
    }

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);
}
