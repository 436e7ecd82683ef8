using MetaStore.Raft.Log;
using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Tests.Log;

public sealed class UnstableLogTests
{
    private const int Seed = 99;

    [Fact]
    public void Log_RandomOperations_MatchesPlainList()
    {
        var random = new Random(Seed);
        var log = new UnstableLog(1);
        var model = new List<Entry>();
        ulong offset = 1;
        for (int i = 0; i < 20000; i++)
        {
            switch (random.Next(6))
            {
                case 0 when model.Count > 0:
                    ulong cut = offset + (ulong)random.Next(model.Count);
                    log.TruncateFrom(cut);
                    model.RemoveRange((int)(cut - offset), model.Count - (int)(cut - offset));
                    break;
                case 1:
                    log.TakeUnwritten();
                    break;
                case 2 when log.HandedOut > offset:
                    ulong stable = offset + (ulong)random.Next((int)(log.HandedOut - offset));
                    log.StableTo(stable);
                    model.RemoveRange(0, (int)(stable - offset) + 1);
                    offset = stable + 1;
                    break;
                default:
                    var entry = new Entry((ulong)i + 1, offset + (ulong)model.Count, EntryType.Normal, default);
                    log.Append(entry);
                    model.Add(entry);
                    break;
            }

            Assert.Equal((offset, offset + (ulong)model.Count), (log.Offset, log.Next));
        }

        Assert.Equal(model, log.Slice(log.Offset, log.Next));
    }
}
