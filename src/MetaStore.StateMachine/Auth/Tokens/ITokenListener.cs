namespace MetaStore.StateMachine.Auth.Tokens;

/// <summary>Receives what happens to tokens as it is applied. Thread: apply. Must neither block nor throw.</summary>
public interface ITokenListener
{
    /// <summary>All tokens, when the state was opened or replaced.</summary>
    void OnLoaded(IEnumerable<TokenUse> tokens);

    /// <summary>A token was issued or used.</summary>
    void OnUsed(TokenUse token);

    /// <summary>A token is gone.</summary>
    void OnDropped(TokenDigest token);
}
