using MetaStore.Raft.Runtime.Batching;

namespace MetaStore.Raft.Runtime.Tests.Batching;

/// <summary>Records every batch, and checks that they arrive one at a time.</summary>
internal sealed class FakeSink : IProposalSink
{
    private int _inside;

    public List<SharedBatch> Batches { get; } = [];

    public bool Full { get; set; }

    public Action<SharedBatch>? OnBatch { get; set; }

    public bool TryPropose(SharedBatch batch)
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
        foreach (SharedBatch batch in Batches)
        {
            foreach (ReadOnlyMemory<byte> command in ProposalCodec.Decode(batch.Data))
            {
                commands.Add(TestCommand.Read(command.Span));
            }
        }

        return commands;
    }
}
