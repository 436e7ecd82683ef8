using MetaStore.IO.Turns;

namespace MetaStore.Raft.Storage.Tests.Turns;

/// <summary>How far one thread carries its work.</summary>
public sealed class RunToCompletionTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Fact]
    public void ATurnThatBringsWorkToTheNextComponent_IsFollowedByItsTurn()
    {
        using CountingComponent second = new CountingComponent().Start();
        using CountingComponent first = new CountingComponent { InTurn = () => second.Post(2) }.Start();
        first.Carry(1);
        Assert.Equal((1, Thread.CurrentThread), Assert.Single(first.Done));
        Assert.Equal((2, Thread.CurrentThread), Assert.Single(second.Done));
    }

    /// <summary>Sending, for example, what no caller waits for: it must not be lost, and neither come before the turns nor make a thread wait that has none.</summary>
    [Fact]
    public void WhatIsLeftForAfterwards_IsDoneAfterTheTurns_AndRefusedWithoutAny()
    {
        List<string> order = [];
        bool isTaken = false;
        using CountingComponent second = new CountingComponent { InTurn = () => order.Add("second") }.Start();
        using CountingComponent first = new CountingComponent
        {
            InTurn = () =>
            {
                order.Add("first");
                second.Post(1);
                isTaken = RunToCompletion.TryAfterwards(what => order.Add((string)what), "afterwards");
            },
        }.Start();
        first.Carry(1);
        Assert.True(isTaken);
        Assert.Equal(["first", "second", "afterwards"], order);

        Assert.False(RunToCompletion.TryAfterwards(_ => order.Add("never"), ""));
        RunToCompletion.Begin(mayWaitForDisk: false);
        Assert.False(RunToCompletion.TryAfterwards(_ => order.Add("never"), ""));
        RunToCompletion.End();
        Assert.Equal(3, order.Count);
    }

    /// <summary>Two components whose turns cause each other's would occupy a thread without end.</summary>
    [Fact]
    public void TurnsWithoutEnd_AreLeftToTheOwnThreads()
    {
        CountingComponent? first = null;
        using CountingComponent second = new CountingComponent { InTurn = () => first!.Post(0) }.Start();
        using (first = new CountingComponent())
        {
            int left = 100;
            first.InTurn = () =>
            {
                if (left-- > 0)
                {
                    second.Post(0);
                }
            };
            first.Start();
            first.Carry(1);
            Assert.Equal(8, first.Done.Concat(second.Done).Count(done => done.By == Thread.CurrentThread));
            first.WaitFor(101);
        }
    }

    [Fact]
    public void NestedPairs_TheOutermostEndDoesTheTurns_AndTheStricterRuleHolds()
    {
        using CountingComponent disk = new CountingComponent(waitsForDisk: true).Start();
        using CountingComponent other = new CountingComponent().Start();
        RunToCompletion.Begin(mayWaitForDisk: true);
        disk.Carry(1, mayWaitForDisk: false);
        other.Carry(2);
        Assert.Empty(other.Done);
        RunToCompletion.End();
        Assert.Equal(disk.Own, Assert.Single(disk.WaitFor(1)).By);
        Assert.Equal(Thread.CurrentThread, Assert.Single(other.Done).By);
    }

    /// <summary>A transfer that a turn starts may take minutes; the call that happened to do the turn must not be kept for so long.</summary>
    [Fact]
    public async Task WorkThatATurnStarts_DoesNotTakeTheCallersContext()
    {
        AsyncLocal<string?> call = new() { Value = "of the caller" };
        Task<string?>? started = null;
        using CountingComponent component = new CountingComponent { InTurn = () => started = Task.Run<string?>(() => call.Value) }.Start();
        component.Carry(1);
        Assert.Equal(Thread.CurrentThread, Assert.Single(component.Done).By);
        Assert.Null(await started!);
        Assert.Equal("of the caller", await Task.Run<string?>(() => call.Value));
    }

    [Fact]
    public void ATurnThatFails_GivesTheComponentBack_AndWakesTheOthers()
    {
        using CountingComponent broken = new CountingComponent().Start();
        using CountingComponent other = new CountingComponent().Start();
        Thread here = Thread.CurrentThread;
        broken.InTurn = () =>
        {
            if (Thread.CurrentThread == here)
            {
                other.Post(2);
                throw new InvalidOperationException("planned");
            }
        };
        Assert.Throws<InvalidOperationException>(() => broken.Carry(1));
        Assert.Equal(other.Own, Assert.Single(other.WaitFor(1)).By);

        // The thread carries nothing on after it.
        other.Post(3);
        Assert.Equal(other.Own, other.WaitFor(2)[1].By);
    }

    /// <summary>It belongs to a turn that did not end; the thread's next work, another caller's, must not do it.</summary>
    [Fact]
    public void ATurnThatFails_DropsWhatWasLeftForAfterwards()
    {
        List<string> done = [];
        using CountingComponent next = new CountingComponent().Start();
        using CountingComponent broken = new CountingComponent().Start();
        using CountingComponent other = new CountingComponent().Start();
        Thread here = Thread.CurrentThread;
        bool isTaken = false;
        broken.InTurn = () =>
        {
            if (Thread.CurrentThread == here)
            {
                other.Post(2);
                isTaken = RunToCompletion.TryAfterwards(what => done.Add((string)what), "of the failed");
                throw new InvalidOperationException("planned");
            }
        };
        Assert.Throws<InvalidOperationException>(() => broken.Carry(1));
        Assert.True(isTaken);
        Assert.Empty(done);

        next.Carry(3);
        Assert.Equal(Thread.CurrentThread, Assert.Single(next.Done).By);
        Assert.Empty(done);
    }

    /// <summary>Every number is processed, once, in the order of its sender, and no two threads are ever in a turn (which the component checks).</summary>
    [Fact]
    public void ManyThreads_NothingIsLost_NothingIsDoneTwice()
    {
        const int senders = 4;
        const int each = 5_000;
        using CountingComponent second = new CountingComponent { Patience = TimeSpan.FromMilliseconds(1) }.Start();
        int passed = 0;
        using CountingComponent first = new CountingComponent { Patience = TimeSpan.FromMilliseconds(1), InTurn = () => second.Post(Interlocked.Increment(ref passed)) }.Start();
        Thread[] threads = [.. Enumerable.Range(0, senders).Select(sender => new Thread(() => Send(first, sender, each)))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => Assert.True(thread.Join(Limit)));

        IReadOnlyList<(int Number, Thread By)> done = first.WaitFor(senders * each);
        Assert.Equal(senders * each, done.Count);
        for (int sender = 0; sender < senders; sender++)
        {
            Assert.Equal(Enumerable.Range(sender * each, each), done.Select(one => one.Number).Where(number => number / each == sender));
        }

        second.WaitFor(Volatile.Read(ref passed));
        Assert.Equal(Enumerable.Range(1, second.Done.Count), second.Done.Select(one => one.Number));
    }

    private static void Send(CountingComponent to, int sender, int count)
    {
        for (int i = 0; i < count; i++)
        {
            int number = (sender * count) + i;
            if (i % 3 == sender % 3)
            {
                to.Post(number);
            }
            else
            {
                to.Carry(number);
            }
        }
    }
}
