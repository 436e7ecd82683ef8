using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Leases;

namespace MetaStore.Server.Tests.Leases;

public sealed class KeepAliveResponsesTests
{
    [Fact]
    public async Task Answers_AreGatheredIntoOneWrite_AndFlushedBeforeAWait()
    {
        var written = new Recorded();
        var answers = new KeepAliveResponses(written);
        answers.Begin(new ResponseHeader { Revision = 7 });
        await answers.AddAsync(new LeaseKeepAliveResponse { ID = 1 });
        await answers.AddAsync(new LeaseKeepAliveResponse { ID = 2 });
        await answers.FlushAsync();
        Assert.Equal([(1L, false), (2L, true)], written.Messages);

        await answers.AddAsync(new LeaseKeepAliveResponse { ID = 3 });
        Assert.Equal(3, answers.Count);
        await answers.FlushAsync();
        await answers.FlushAsync();
        Assert.Equal([(1L, false), (2L, true), (3L, true)], written.Messages);

        answers.Begin(new ResponseHeader { Revision = 8 });
        Assert.Equal(0, answers.Count);
        await answers.FlushAsync();
        Assert.Equal(3, written.Messages.Count);
        Assert.All(written.Revisions, revision => Assert.Equal(7, revision));
    }

    private sealed class Recorded : IServerStreamWriter<LeaseKeepAliveResponse>
    {
        public List<(long Id, bool Flush)> Messages { get; } = [];

        public List<long> Revisions { get; } = [];

        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(LeaseKeepAliveResponse message)
        {
            Messages.Add((message.ID, (WriteOptions?.Flags & WriteFlags.BufferHint) != WriteFlags.BufferHint));
            Revisions.Add(message.Header.Revision);
            return Task.CompletedTask;
        }
    }
}
