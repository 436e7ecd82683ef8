using System.Text;
using MetaStore.Simulation.Checkers;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Commands.Leases;
using MetaStore.StateMachine.Mvcc.Reading;

namespace MetaStore.Simulation.Tests.Checkers;

/// <summary>The model's leases, in single cases.</summary>
public sealed class ReferenceLeasesTests
{
    private readonly ReplayedLog _log = new();

    [Fact]
    public void Revoke_TakesAllKeysInOneRevision()
    {
        Do(new LeaseGrantCommand { Id = 1, Ttl = 5 });
        Do(Put("b", 1));
        Do(Put("a", 1));
        Do(Put("c", 0));
        Assert.Equal("LeaseRevoke of 2 keys at 5", Do(new LeaseRevokeCommand { Id = 1 }));
        Assert.Equal("1: c=v@4.4.1", _log.Store.Read(All(), 5));
        Assert.Equal("error LeaseNotFound", Do(new LeaseRevokeCommand { Id = 1 }));
    }

    [Fact]
    public void Expiry_OfAnotherTerm_ChangesNothing()
    {
        Do(new LeaseGrantCommand { Id = 1, Ttl = 5 });
        Do(Put("a", 1));
        Assert.Equal("error LeaseNotFound", Do(new LeaseExpireCommand { Id = 1, Term = 2 }, term: 3));
        Assert.Equal("LeaseExpire of 1 keys at 3", Do(new LeaseExpireCommand { Id = 1, Term = 3 }, term: 3));
    }

    [Fact]
    public void KeyHangsOnItsLastLease()
    {
        Do(new LeaseGrantCommand { Id = 1, Ttl = 5 });
        Do(new LeaseGrantCommand { Id = 2, Ttl = 5 });
        Do(Put("a", 1));
        Do(Put("a", 2));
        Assert.Equal(["1 for 5 s: ", "2 for 5 s: a"], _log.Store.Leases.Describe());
        Do(Put("a", 0));
        Assert.Equal("LeaseRevoke of 0 keys at 4", Do(new LeaseRevokeCommand { Id = 2 }));
    }

    [Fact]
    public void MissingLease_RefusesTheWholeTransaction()
    {
        TxnCommand txn = new() { Success = [TxnOp.Of(Put("a", 0)), TxnOp.Of(Put("b", 9))] };
        Assert.Equal("error LeaseNotFound", Do(txn));
        Assert.Equal(1, _log.Store.Revision);
    }

    private static PutCommand Put(string key, long lease) => new() { Key = Encoding.Latin1.GetBytes(key), Value = "v"u8.ToArray(), Lease = lease };

    private static RangeQuery All() => new() { Key = new byte[1], RangeEnd = new byte[1] };

    private string Do(ICommand command, ulong term = 0)
    {
        _log.Add(command, term);
        return _log.Writes[^1].Answer;
    }
}
