using MetaStore.IO.Turns;

namespace MetaStore.Raft.Storage.Tests.Turns;

/// <summary>Who does the turns of a component: its own thread, or the one that brings work.</summary>
public sealed class TurnOwnershipTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Fact]
    public void Wake_OnAnOrdinaryThread_IsForTheOwnThread()
    {
        using CountingComponent component = new CountingComponent().Start();
        component.Post(1);
        Assert.Equal((1, component.Own), Assert.Single(component.WaitFor(1)));
    }

    [Fact]
    public void CarriedOn_WhileTheOwnThreadSleeps_IsDoneHere_BeforeEndReturns()
    {
        using CountingComponent component = new CountingComponent().Start();
        component.Carry(1);
        component.Carry(2);
        Assert.Equal([(1, Thread.CurrentThread), (2, Thread.CurrentThread)], component.Done);
    }

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    [InlineData(false, false, true)]
    public void WhatWaitsForTheDisk_IsLentOnlyToAThreadThatMayWait(bool waitsForDisk, bool mayWait, bool isDoneHere)
    {
        using CountingComponent component = new CountingComponent(waitsForDisk).Start();
        component.Carry(1, mayWait);
        Assert.Equal(isDoneHere ? Thread.CurrentThread : component.Own, Assert.Single(component.WaitFor(1)).By);
    }

    [Fact]
    public void WhatMayNotBeLent_IsForTheOwnThread()
    {
        using CountingComponent component = new CountingComponent { MayBeLent = false }.Start();
        component.Carry(1);
        Assert.Equal(component.Own, Assert.Single(component.WaitFor(1)).By);
    }

    [Fact]
    public void WhatIsQueuedDuringALentTurn_IsForTheOwnThread()
    {
        using CountingComponent component = new CountingComponent().Start();
        bool isFirst = true;
        component.InTurn = () =>
        {
            if (isFirst)
            {
                isFirst = false;
                Thread other = new(() => component.Post(2));
                other.Start();
                other.Join();
            }
        };
        component.Carry(1);
        Assert.Equal([(1, Thread.CurrentThread), (2, component.Own)], component.WaitFor(2));
    }

    /// <summary>The own thread's tick is due while another thread is in a turn: it waits until that has ended.</summary>
    [Fact]
    public void TheTimeOfTheOwnThread_IsUpDuringALentTurn_ItWaits()
    {
        using CountingComponent component = new CountingComponent { Patience = TimeSpan.FromMilliseconds(20) }.Start();
        int lent = 0;
        component.InTurn = () =>
        {
            if (Thread.CurrentThread != component.Own)
            {
                lent++;
                Assert.True(SpinWait.SpinUntil(() => component.IsWaitedFor, Limit), "the own thread does not wait");
            }
        };
        int sent = 0;
        while (lent == 0)
        {
            component.WaitUntilItSleeps();
            component.Carry(++sent);
        }

        component.Post(++sent);
        Assert.Equal(Enumerable.Range(1, sent), component.WaitFor(sent).Select(done => done.Number));
    }

    [Fact]
    public void AnOwnThreadThatIsAwake_KeepsItsWork()
    {
        using CountingComponent component = new CountingComponent().Start();
        using ManualResetEventSlim entered = new();
        using ManualResetEventSlim leave = new();
        component.InTurn = () =>
        {
            entered.Set();
            Assert.True(leave.Wait(Limit));
        };
        component.Post(1);
        Assert.True(entered.Wait(Limit));
        component.Carry(2);
        leave.Set();
        Assert.All(component.WaitFor(2), done => Assert.Equal(component.Own, done.By));
    }

    /// <summary>Between the note and the end of the pair another thread has woken it.</summary>
    [Fact]
    public void AnOwnThreadThatWasWokenMeanwhile_KeepsItsWork()
    {
        using CountingComponent component = new CountingComponent().Start();
        using ManualResetEventSlim entered = new();
        using ManualResetEventSlim leave = new();
        component.InTurn = () =>
        {
            entered.Set();
            Assert.True(leave.Wait(Limit));
        };
        RunToCompletion.Begin(mayWaitForDisk: true);
        component.Post(1);
        Thread other = new(() => component.Post(2));
        other.Start();
        Assert.True(entered.Wait(Limit));
        other.Join();
        component.InTurn = null;
        component.Post(3);
        RunToCompletion.End();
        Assert.Empty(component.Done);
        leave.Set();
        Assert.All(component.WaitFor(3), done => Assert.Equal(component.Own, done.By));
    }
}
