using MetaStore.Batching.Entries;

namespace MetaStore.Batching.Tests;

/// <summary>Records every batch, and checks that they arrive one at a time.</summary>
internal sealed class FakeSink
{
    private int _inside;

    public List<ProposalBatch> Batches { get; } = [];

    public bool Full { get; set; }

    public Action<ProposalBatch>? OnBatch { get; set; }

    public bool TryPropose(ProposalBatch batch)
    {
        Assert.Equal(1, Interlocked.Increment(ref _inside));
        try
        {
            if (!Full)
            {
                Batches.Add(batch);
                OnBatch?.Invoke(batch);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _inside);
        }

        return !Full;
    }

    public IReadOnlyList<(int Producer, int Number)> Commands()
    {
        List<(int, int)> commands = [];
        foreach (ProposalBatch batch in Batches)
        {
            foreach (ReadOnlyMemory<byte> command in BatchCodec.Decode(batch.Data))
            {
                commands.Add(TestCommand.Read(command.Span));
            }
        }

        return commands;
    }
}
