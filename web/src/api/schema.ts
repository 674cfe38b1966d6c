// Made by `npm run codegen` from openapi.json. Do not edit.
export interface paths {
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Is the process alive? */
        get: operations["healthz_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the counters of this process, in the text format of Prometheus. Needs the permission `operator:metrics`. */
        get: operations["metrics_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document. */
        get: operations["openapi_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Can it do its work: database, migrations, keys? */
        get: operations["readyz_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/actors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What persons and API keys of the workspace are called. Who is neither a member nor a key of it is missing. */
        get: operations["actors_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/sign-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign in. */
        post: operations["auth_sign_in"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/sign-out": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign out: ends the session. */
        post: operations["auth_sign_out"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/sign-up": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign up: an account, its personal workspace, and the session. The first to sign up is the operator of the instance. */
        post: operations["auth_sign_up"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/caps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List all caps, whole, with what is used of them. */
        get: operations["caps_list"];
        /**
         * Set a cap, or change it.
         * @description In the middle of a period it starts from what the period has used so far.
         */
        put: operations["caps_set"];
        post?: never;
        /** Remove a cap. */
        delete: operations["caps_remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/credits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The balance. */
        get: operations["credits_view"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/credits/grants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The grants, the newest first. */
        get: operations["grants_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/credits/ledger": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The ledger, the newest line first. */
        get: operations["ledger_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/credits/ledger/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The ledger as a file, the newest line first.
         * @description In CSV, a text that a spreadsheet would take for a formula begins with an apostrophe.
         */
        get: operations["ledger_export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/environments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the environments of the workspace, in their order. */
        get: operations["environments_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/environments/{environment}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** View an environment. */
        get: operations["environments_view"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/flows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the flows of the workspace, the newest first. */
        get: operations["flows_list"];
        put?: never;
        /** Make a flow. */
        post: operations["flows_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/flows/{flow}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** View a flow with the text of its draft. */
        get: operations["flows_view"];
        put?: never;
        post?: never;
        /** Delete a flow. It is not live anywhere from the answer on, and can be restored for 30 days. */
        delete: operations["flows_delete"];
        options?: never;
        head?: never;
        /** Change a flow. What is absent stays as it is. The `ETag` is that of what can be changed here: not of its draft. */
        patch: operations["flows_update"];
        trace?: never;
    };
    "/v1/flows/{flow}/call": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Call a flow: the body is the input, the answer is the output. It is charged before it is answered. */
        post: operations["flow_call"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/flows/{flow}/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Look at a definition without saving it: all findings, and what the flow would do. */
        post: operations["flow_check"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/flows/{flow}/deployments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the deployments of a flow, the newest first. */
        get: operations["deployments_list"];
        put?: never;
        /** Make a version live in an environment. Every charged call that starts after the answer runs it. */
        post: operations["deployments_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/flows/{flow}/draft": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Save the draft. It may be anything: what keeps it from being a version is in the answer. */
        put: operations["flow_draft_save"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/flows/{flow}/draft/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run the draft of a flow, for somebody who may edit it. It costs what a call costs.
         * @description Without a draft, what was saved last is run.
         */
        post: operations["flow_draft_run"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/flows/{flow}/quote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Quote a call: what it would cost with this input, which grants would pay for it, and which caps would refuse it.
         *     Nothing runs and nothing is charged.
         */
        post: operations["flow_quote"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/flows/{flow}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Restore a flow that was deleted less than 30 days ago. It is live nowhere until it is deployed again. */
        post: operations["flows_restore"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/flows/{flow}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the versions of a flow, the newest first. */
        get: operations["flow_versions_list"];
        put?: never;
        /** Save a version. With `If-Match` it is saved only if nobody has saved since the version of that number. */
        post: operations["flow_versions_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/flows/{flow}/versions/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** View a version with its text. */
        get: operations["flow_versions_view"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the keys of the workspace, the newest first, also revoked and expired ones. */
        get: operations["keys_list"];
        put?: never;
        /** Make a key. The answer tells it, this once. */
        post: operations["keys_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** View a key. */
        get: operations["keys_view"];
        put?: never;
        post?: never;
        /** End a key and hide it from lists. Its usage stays. */
        delete: operations["keys_delete"];
        options?: never;
        head?: never;
        /** Change a key. What is absent stays as it is; null takes a restriction away. */
        patch: operations["keys_update"];
        trace?: never;
    };
    "/v1/keys/{key}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End a key at once and for good. It stays listed. */
        post: operations["keys_revoke"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{key}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Replace a key by a new one that may do the same. The old one lives on for the overlap. */
        post: operations["keys_rotate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who am I? */
        get: operations["me_view"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change what I am called. */
        patch: operations["me_update"];
        trace?: never;
    };
    "/v1/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Change my password. Ends all my other sessions. */
        put: operations["me_change_password"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List where I am signed in. */
        get: operations["sessions_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/sessions/{session}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End one of my sessions. */
        delete: operations["sessions_end"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/workspaces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the workspaces that I am in. The same as `GET /v1/workspaces`. */
        get: operations["me_workspaces_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operator/holds/{hold}/settle": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Close a hold with the real price; the rest returns. */
        post: operations["operator_holds_settle"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operator/holds/{hold}/void": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Close a hold without a price: all of it returns. */
        post: operations["operator_holds_void"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operator/permissions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the permissions of the operator's own API, whole. */
        get: operations["operator_permissions_list"];
        put?: never;
        /** Register a permission, so that keys may hold it. */
        post: operations["operator_permissions_register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operator/permissions/{permission}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete a permission that no key holds any more. */
        delete: operations["operator_permissions_delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operator/prices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the price table, whole. */
        get: operations["operator_prices_list"];
        /** Set a price. Calls that start after the answer pay it. */
        put: operations["operator_prices_set"];
        post?: never;
        /** Remove a price. What it was for costs what is usual then. */
        delete: operations["operator_prices_remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operator/service-tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the service tokens, the newest first, also revoked and expired ones. */
        get: operations["operator_service_tokens_list"];
        put?: never;
        /** Make a service token. The answer tells it, this once. */
        post: operations["operator_service_tokens_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operator/service-tokens/{service_token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** View a service token. */
        get: operations["operator_service_tokens_view"];
        put?: never;
        post?: never;
        /** End a service token and hide it from lists. What it did stays. */
        delete: operations["operator_service_tokens_delete"];
        options?: never;
        head?: never;
        /** Change a service token. What is absent stays as it is; null takes a restriction away. */
        patch: operations["operator_service_tokens_update"];
        trace?: never;
    };
    "/v1/operator/service-tokens/{service_token}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End a service token at once and for good. It stays listed. */
        post: operations["operator_service_tokens_revoke"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operator/service-tokens/{service_token}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Replace a service token by a new one that may do the same. The old one lives on for the overlap. */
        post: operations["operator_service_tokens_rotate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operator/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** View the settings. */
        get: operations["operator_settings_view"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change settings. What is absent stays as it is; prices hold for every call that starts after the answer. */
        patch: operations["operator_settings_update"];
        trace?: never;
    };
    "/v1/operator/usage/{usage}/refund": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give the price of a usage event back to the grants that it came from, once; of one that cost nothing, nothing. */
        post: operations["operator_usage_refund"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operator/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List all users, the newest first. */
        get: operations["operator_users_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operator/users/{user}/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Keep a user out: his sessions end, and the keys that live by his membership stop working. Twice is once. */
        post: operations["operator_users_disable"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operator/users/{user}/enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let a user in again; he signs in anew. Twice is once. */
        post: operations["operator_users_enable"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operator/users/{user}/promote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a user an operator of the instance. Twice is once. */
        post: operations["operator_users_promote"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operator/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Check a customer's key, and charge or hold, in one durable step.
         * @description What the key may not do is an answer with 200 and a `code`; a problem is what you may not, or got wrong. Repeated
         *     with its `Idempotency-Key`, what was accepted is answered as the first time, also when the key has ended since.
         */
        post: operations["operator_verify"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operator/workspaces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List all workspaces, the newest first. */
        get: operations["operator_workspaces_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operator/workspaces/{workspace}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** View any workspace, with what it can spend. */
        get: operations["operator_workspaces_view"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operator/workspaces/{workspace}/adjustments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Correct the balance of a workspace, either way, never below 0. */
        post: operations["operator_adjustments_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operator/workspaces/{workspace}/grants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give credits to a workspace.
         * @description With an `external_id` that was granted before, nothing is given and that grant is answered, with 200.
         */
        post: operations["operator_grants_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operator/workspaces/{workspace}/grants/{grant}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** View a grant of a workspace. */
        get: operations["operator_grants_view"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operator/workspaces/{workspace}/suspend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Suspend a workspace: with the answer, nothing runs and nothing is charged in it. Twice is once. */
        post: operations["operator_workspaces_suspend"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operator/workspaces/{workspace}/unsuspend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End the suspension of a workspace. Twice is once. */
        post: operations["operator_workspaces_unsuspend"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/permissions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the permissions, whole: those of Guildhall, then those of the operator's own API. */
        get: operations["permissions_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the runs of the workspace, the newest first.
         * @description A page may hold fewer runs than asked for and still have a next one: a long history is looked through in pieces.
         */
        get: operations["runs_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{run}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** View a run with what is kept of its values. */
        get: operations["runs_view"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{run}/steps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The steps of a run, in the order in which they were done. */
        get: operations["runs_steps"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/usage/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Usage events, the newest first.
         * @description A page may hold fewer events than asked for and still have a next one: a long ledger is looked through in pieces.
         *     With a status that begins with `refused`, samples of refused calls: of these all are counted in the summary, and a
         *     few of each hour and reason are kept, for 30 days.
         */
        get: operations["usage_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/usage/events/{usage}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One usage event. */
        get: operations["usage_view"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/usage/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Usage events as a file, the newest first.
         * @description In CSV, a text that a spreadsheet would take for a formula begins with an apostrophe.
         */
        get: operations["usage_export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/usage/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Calls, credits and latency, apart by time, flow, key, person, tenant, environment or status.
         * @description Covers at most 400 days, in at most 50,000 rows.
         */
        get: operations["usage_summarize"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workspaces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the workspaces that the person is in: his personal one first, then by name. */
        get: operations["workspaces_list"];
        put?: never;
        /** Make a workspace, with the person as its owner. */
        post: operations["workspaces_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workspaces/{workspace}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** View a workspace. An old slug leads to it for 90 days. */
        get: operations["workspaces_view"];
        put?: never;
        post?: never;
        /** Delete a workspace. Its keys stop working with the answer; its owner can restore it for 30 days, then it is erased. */
        delete: operations["workspaces_delete"];
        options?: never;
        head?: never;
        /** Change a workspace. What is absent stays as it is. */
        patch: operations["workspaces_update"];
        trace?: never;
    };
    "/v1/workspaces/{workspace}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Restore a workspace that was deleted less than 30 days ago, with all that it had. */
        post: operations["workspaces_restore"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description Who did something: a person, a machine, or Guildhall itself. */
        Actor: {
            /** @description What kind of actor. */
            kind: components["schemas"]["ActorKind"];
            /**
             * @description Which one; null for `system`.
             * @example usr_01jd3m5x2nf9c8s7r6q5p4k3h2
             */
            id: string | null;
        };
        /**
         * @description Who acts: a person, an API key, a service token of the operator, or Guildhall itself.
         * @enum {string}
         */
        ActorKind: "user" | "key" | "service_token" | "system";
        /** @description A correction of a balance. */
        AdjustmentCreate: {
            /** @description How many to give, or with a minus to take. The balance never falls below 0. */
            credits: components["schemas"]["Credits"];
            /** @description Why. 1 to 500 characters. */
            note: string;
        };
        /**
         * @description Id, written `key_…`.
         * @example key_01jd3m5x2nf9c8s7r6q5p4k3h2
         */
        ApiKeyId: string;
        /** @description What a workspace can spend. */
        Balance: {
            /** @description What can be spent now. */
            available: components["schemas"]["Credits"];
            /** @description What is set aside for calls under way. */
            held: components["schemas"]["Credits"];
            /** @description What can be spent, by where it came from. */
            by_source: {
                [key: string]: components["schemas"]["Credits"];
            };
            next_expiry: components["schemas"]["NextExpiry"] | null;
        };
        /** @description A cap, and what is used of it in the current period. */
        Cap: {
            /** @description Whose spending it limits. */
            subject_kind: components["schemas"]["CapSubjectKind"];
            /**
             * @description The id of whose.
             * @example key_01jd3m5x2nf9c8s7r6q5p4k3h2
             */
            subject_id: string;
            /** @description A day or a month, in UTC. */
            period: components["schemas"]["Period"];
            /** @description How much may be spent in a period. */
            credits: components["schemas"]["Credits"];
            /** @description What was charged in the current one. A refund does not lower it. */
            used: components["schemas"]["Credits"];
            /** @description What is set aside in the current one for calls under way. It counts like what was charged. */
            held: components["schemas"]["Credits"];
            /** @description When the next period begins. */
            resets_at: components["schemas"]["Timestamp"];
        };
        /** @description A cap to set. It replaces the one of the same subject and period. */
        CapSet: {
            /** @description Whose spending it limits. */
            subject_kind: components["schemas"]["CapSubjectKind"];
            /** @description The id of whose; not needed for the workspace. */
            subject_id?: string | null;
            /** @description A day or a month, in UTC. */
            period: components["schemas"]["Period"];
            /** @description How much may be spent in a period. */
            credits: components["schemas"]["Credits"];
        };
        /**
         * @description Whose spending a cap limits.
         * @enum {string}
         */
        CapSubjectKind: "workspace" | "key" | "member" | "tenant" | "environment" | "flow";
        /**
         * @description The outcome of one check.
         * @enum {string}
         */
        Check: "ok" | "failed";
        /** @description What a look at a definition found. */
        Checked: {
            /** @description Could it be saved as a version? */
            valid: boolean;
            /** @description Everything that was found. */
            findings: components["schemas"]["Finding"][];
            summary: components["schemas"]["FlowSummary"] | null;
        };
        /** @description Both sides of a save that came too late. */
        Conflict: {
            /**
             * Format: int64
             * @description The number of the latest version, or the revision of the draft.
             */
            latest: number;
            /** @description Its text; null for a draft that is gone. */
            latest_definition: string | null;
            latest_author: components["schemas"]["Actor"] | null;
            /** @description The text that was to be saved. */
            your_definition: string;
        };
        /** @description How a key or token is replaced. */
        CredentialRotate: {
            /**
             * Format: int32
             * @description How long the old one lives on, in seconds, at most seven days. 0 ends it with the answer.
             * @default 0
             */
            overlap_seconds?: number;
        };
        /**
         * @description Is a key or token good?
         * @enum {string}
         */
        CredentialStatus: "active" | "expired" | "revoked";
        /**
         * @description An amount of credits: a decimal string, exact to a millionth.
         * @example 949.5
         */
        Credits: string;
        /** @description A definition in the flow language: YAML text, or the definition as a JSON object. */
        Definition: string | Record<string, never>;
        /** @description A definition to keep or to look at. */
        DefinitionBody: {
            /** @description YAML text, or the definition as a JSON object. */
            definition: components["schemas"]["Definition"];
        };
        /** @description One time a version was made live. */
        Deployment: {
            /** @description Its id. */
            id: components["schemas"]["DeploymentId"];
            /** @description Of which flow. */
            flow: components["schemas"]["FlowId"];
            /** @description Where. */
            environment: components["schemas"]["EnvironmentId"];
            /** @description What the environment is called. */
            environment_name: components["schemas"]["Slug"];
            /**
             * Format: int64
             * @description Which version.
             */
            version: number;
            /** @description Why. */
            note: string;
            /** @description By whom. */
            created_by: components["schemas"]["Actor"];
            /** @description When. */
            created_at: components["schemas"]["Timestamp"];
            replaced_at: components["schemas"]["Timestamp"] | null;
        };
        /** @description Which version shall be live where. */
        DeploymentCreate: {
            /**
             * @description Where, by id or name.
             * @example production
             */
            environment: string;
            /**
             * Format: int64
             * @description Which version.
             */
            version: number;
            /** @description Why, up to 500 characters. */
            note?: string | null;
        };
        /**
         * @description Id, written `dep_…`.
         * @example dep_01jd3m5x2nf9c8s7r6q5p4k3h2
         */
        DeploymentId: string;
        /** @description What is being edited. */
        Draft: {
            /**
             * Format: int64
             * @description Rises with each save; the `ETag` of the draft.
             */
            revision: number;
            /** @description The text as it was written; only with a single flow. */
            definition?: string | null;
            /** @description Who saved it last. */
            saved_by: components["schemas"]["Actor"];
            /** @description When. */
            saved_at: components["schemas"]["Timestamp"];
        };
        /** @description A place in which versions of flows are live. */
        Environment: {
            /** @description Its id. */
            id: components["schemas"]["EnvironmentId"];
            /** @description What it is called, as in addresses. */
            name: components["schemas"]["Slug"];
            /**
             * Format: int64
             * @description Where it stands in the list, from 0.
             */
            position: number;
            protected_at: components["schemas"]["Timestamp"] | null;
            /** @description When it was made. */
            created_at: components["schemas"]["Timestamp"];
        };
        /**
         * @description Id, written `env_…`.
         * @example env_01jd3m5x2nf9c8s7r6q5p4k3h2
         */
        EnvironmentId: string;
        /**
         * @description How an export is written.
         * @enum {string}
         */
        ExportFormat: "csv" | "ndjson";
        /** @description Details that a program can use, each only where it makes sense. */
        Extras: {
            /**
             * @description The permission that is missing.
             * @example keys:create
             */
            permission?: string | null;
            /** @description The roles that have it. */
            roles?: string[] | null;
            /** @description A value that would be accepted. */
            suggestion?: string | null;
            credits_needed?: components["schemas"]["Credits"] | null;
            credits_available?: components["schemas"]["Credits"] | null;
            cap?: components["schemas"]["ReachedCap"] | null;
            /**
             * Format: int64
             * @description Seconds after which it makes sense to ask again; the same as `Retry-After`.
             */
            retry_after?: number | null;
            /** @description The environments that could have been called. */
            environments?: string[] | null;
            /** @description The environments in which the flow is live. */
            live_in?: string[] | null;
            /** @description What is wrong with a definition. */
            findings?: components["schemas"]["Finding"][] | null;
            conflict?: components["schemas"]["Conflict"] | null;
            /** @description The error of the flow, whole. */
            error?: unknown;
            /** @description The line of the body at which reading failed, from 1. */
            line?: number | null;
            /** @description The column in that line, from 1. */
            column?: number | null;
            /** @description The `ETag` of the current state. */
            current?: string | null;
            /** @description The current state: the thing as its `GET` answers it. */
            latest?: unknown;
        };
        /** @description A wrong field or parameter. */
        FieldProblem: {
            /**
             * @description Where in the body: a JSON Pointer (RFC 6901).
             * @example /name
             */
            pointer?: string | null;
            /** @description Which query parameter, path parameter or header. */
            parameter?: string | null;
            /**
             * @description What is wrong with it: `invalid`, `unknown`, `missing`, `taken`, …
             * @example invalid
             */
            code: string;
            /**
             * @description The same for people: completes a sentence that begins with the field.
             * @example must not be empty
             */
            message: string;
        };
        /** @description What is wrong with a definition, or worth knowing. */
        Finding: {
            /** @description `error` or `warning`. */
            severity: string;
            /** @description JSON Pointer into the definition; empty for the whole. */
            pointer: string;
            /** @description Stable code, such as `unknown_key`. */
            code: string;
            /** @description One sentence for the author. */
            message: string;
            /** @description What to write instead. */
            suggestion: string | null;
            /**
             * Format: int32
             * @description Line in the text, from 1.
             */
            line: number | null;
            /**
             * Format: int32
             * @description Column in the line, from 1.
             */
            column: number | null;
        };
        /** @description A flow: a saved workflow with its history. */
        Flow: {
            /** @description Its id. */
            id: components["schemas"]["FlowId"];
            /** @description Its name in addresses, unique in the workspace. */
            slug: components["schemas"]["Slug"];
            /**
             * @description Its name for people.
             * @example Greet
             */
            name: string;
            /** @description What it is for. */
            description: string;
            draft: components["schemas"]["Draft"] | null;
            /**
             * Format: int64
             * @description The revision that the draft has or had last, 0 before the first: what `If-Match` of the next save names.
             */
            draft_revision: number;
            /**
             * Format: int64
             * @description The number of the newest version; null before the first.
             */
            latest_version: number | null;
            /** @description Where which version is live. */
            live: components["schemas"]["LiveIn"][];
            last_run: components["schemas"]["LastRun"] | null;
            /**
             * Format: int64
             * @description What a call costs: the price that the instance has for one times this, in thousandths, rounded up to a
             *     microcredit. It scales the call alone: prices of requests that it sends and of units that it uses are added as
             *     they are.
             */
            price_permille: number;
            /** @description What is kept of its runs: `all`, `metadata` or `nothing`. */
            retention: components["schemas"]["Retention"];
            /**
             * Format: int64
             * @description For how many days.
             */
            retention_days: number;
            /** @description Who made it. */
            created_by: components["schemas"]["Actor"];
            /** @description When it was made. */
            created_at: components["schemas"]["Timestamp"];
            /** @description When it was changed last. */
            updated_at: components["schemas"]["Timestamp"];
            deleted_at: components["schemas"]["Timestamp"] | null;
        };
        /** @description What a flow is made from. */
        FlowCreate: {
            /**
             * @description 1 to 80 characters.
             * @example Greet
             */
            name: string;
            slug?: components["schemas"]["Slug"] | null;
            /** @description Up to 500 characters. */
            description?: string | null;
            definition?: components["schemas"]["Definition"] | null;
        };
        /**
         * @description Id, written `flw_…`.
         * @example flw_01jd3m5x2nf9c8s7r6q5p4k3h2
         */
        FlowId: string;
        /** @description Under which address a deleted flow comes back. */
        FlowRestore: {
            /** @default null */
            slug?: components["schemas"]["Slug"] | null;
        };
        /** @description What a flow does. */
        FlowSummary: {
            /** @description Does it call anything outside? Then a call takes a hold first. */
            outside_effects: boolean;
            /**
             * Format: int64
             * @description The most calls that one run can make; null for no bound.
             */
            outside_calls_max: number | null;
            /** @description Variables of the environment that it reads. */
            variables: string[];
            /** @description Secrets that it declares. */
            secrets: string[];
            /** @description How many tasks it has. */
            tasks: number;
        };
        /** @description What shall be different; what is absent stays as it is. */
        FlowUpdate: {
            /**
             * @description 1 to 80 characters.
             * @default null
             */
            name?: string | null;
            /** @default null */
            slug?: components["schemas"]["Slug"] | null;
            /**
             * @description Up to 500 characters.
             * @default null
             */
            description?: string | null;
            /**
             * Format: int64
             * @description What a call costs: the price that the instance has for one times this, in thousandths: 0 to 1,000,000. It does
             *     not scale the prices of requests that it sends and of units that it uses.
             * @default null
             */
            price_permille?: number | null;
            /** @default null */
            retention?: components["schemas"]["Retention"] | null;
            /**
             * Format: int64
             * @description For how many days, 1 to 3,650.
             * @default null
             */
            retention_days?: number | null;
        };
        /** @description An immutable numbered snapshot of a flow. */
        FlowVersion: {
            /** @description Its id. */
            id: components["schemas"]["FlowVersionId"];
            /** @description Whose it is. */
            flow: components["schemas"]["FlowId"];
            /**
             * Format: int64
             * @description From 1, without gaps.
             */
            number: number;
            /** @description Why it was saved. */
            comment: string;
            /** @description A short mark. */
            label: string;
            /** @description Who saved it. */
            author: components["schemas"]["Actor"];
            /** @description When. */
            created_at: components["schemas"]["Timestamp"];
            /** @description Where it is live. */
            live: components["schemas"]["LiveIn"][];
            /** @description The text as it was written; only with a single version. */
            definition?: string | null;
            /** @description The canonical JSON that runs; only with a single version. */
            canonical?: Record<string, never> | null;
        };
        /** @description What a version is made from. */
        FlowVersionCreate: {
            /** @description YAML text, or the definition as a JSON object. */
            definition: components["schemas"]["Definition"];
            /** @description Why, up to 500 characters. */
            comment?: string | null;
            /** @description A short mark, up to 60 characters. */
            label?: string | null;
        };
        /**
         * @description Id, written `ver_…`.
         * @example ver_01jd3m5x2nf9c8s7r6q5p4k3h2
         */
        FlowVersionId: string;
        /** @description Credits from one source, as they stand. */
        Grant: {
            /** @description Its id. */
            id: components["schemas"]["GrantId"];
            /** @description Where they came from. */
            source: components["schemas"]["GrantSource"];
            /** @description How many were given. */
            credits: components["schemas"]["Credits"];
            /** @description How many can still be spent. */
            remaining: components["schemas"]["Credits"];
            /** @description How many are set aside for calls under way. */
            held: components["schemas"]["Credits"];
            /**
             * Format: int64
             * @description A higher one burns first.
             */
            priority: number;
            /** @description From when on they can be spent. */
            effective_at: components["schemas"]["Timestamp"];
            expires_at: components["schemas"]["Timestamp"] | null;
            /** @description What the system that granted them calls it. */
            external_id: string | null;
            /** @description Why they were given. */
            note: string;
            /** @description Who gave them. */
            created_by: components["schemas"]["Actor"];
            /** @description When. */
            created_at: components["schemas"]["Timestamp"];
        };
        /** @description Credits to give. */
        GrantCreate: {
            /** @description How many; more than 0. */
            credits: components["schemas"]["Credits"];
            /** @description Where they come from. */
            source: components["schemas"]["GrantSource"];
            effective_at?: components["schemas"]["Timestamp"] | null;
            expires_at?: components["schemas"]["Timestamp"] | null;
            /**
             * Format: int64
             * @description A higher one burns first; the usual one of the source when absent.
             */
            priority?: number | null;
            /** @description What your system calls them: the same one is granted once. Up to 200 characters. */
            external_id?: string | null;
            /** @description Why. Up to 500 characters. */
            note?: string | null;
        };
        /**
         * @description Id, written `grt_…`.
         * @example grt_01jd3m5x2nf9c8s7r6q5p4k3h2
         */
        GrantId: string;
        /**
         * @description Where credits come from.
         * @enum {string}
         */
        GrantSource: "signup_bonus" | "trial" | "allowance" | "promotion" | "purchase" | "adjustment";
        /** @description The process answers. */
        Health: {
            /**
             * @description Always `alive`.
             * @example alive
             */
            status: string;
            /**
             * @description The release.
             * @example 0.1.0
             */
            version: string;
        };
        /**
         * @description Id, written `hld_…`.
         * @example hld_01jd3m5x2nf9c8s7r6q5p4k3h2
         */
        HoldId: string;
        /** @description An API key as people see it: all but the key. */
        Key: {
            /** @description Its id. */
            id: components["schemas"]["ApiKeyId"];
            /**
             * @description What it is called.
             * @example Checkout service
             */
            name: string;
            /** @description What it is for. */
            description: string;
            /** @description Live or test. */
            kind: components["schemas"]["KeyKind"];
            /** @description Is it good? */
            status: components["schemas"]["CredentialStatus"];
            /**
             * @description How it begins.
             * @example gld_live_
             */
            prefix: string;
            /**
             * @description How it ends.
             * @example x7Qz
             */
            last_four: string;
            /**
             * @description What it was given. It can never do more than the role of its owner.
             * @example [
             *       "flows:call"
             *     ]
             */
            permissions: string[];
            /** @description The flows it may call, change and deploy; null for all. */
            flows: components["schemas"]["FlowId"][] | null;
            /** @description The environments it may call and deploy to; null for all. */
            environments: components["schemas"]["EnvironmentId"][] | null;
            /**
             * @description The networks it may be used from; null for anywhere.
             * @example [
             *       "203.0.113.0/24"
             *     ]
             */
            addresses: string[] | null;
            tenant: components["schemas"]["TenantId"] | null;
            /**
             * Format: int32
             * @description Calls a minute; null for no limit of its own.
             */
            rate_limit_per_minute: number | null;
            expires_at: components["schemas"]["Timestamp"] | null;
            rotated_to: components["schemas"]["ApiKeyId"] | null;
            /** @description Who made it: the id of a user or of another key. */
            created_by: string | null;
            /** @description The user by whose membership it lives. */
            owner: components["schemas"]["UserId"];
            /** @description When it was made. */
            created_at: components["schemas"]["Timestamp"];
            /** @description When it was changed last. */
            updated_at: components["schemas"]["Timestamp"];
            last_used_at: components["schemas"]["Timestamp"] | null;
            revoked_at: components["schemas"]["Timestamp"] | null;
        };
        /** @description What a key is made from. */
        KeyCreate: {
            /**
             * @description 1 to 80 characters.
             * @example Checkout service
             */
            name: string;
            /** @description Up to 500 characters. */
            description?: string | null;
            /** @description Live when absent. */
            kind?: components["schemas"]["KeyKind"];
            /**
             * @description What it may do, also in the operator's own API; `["flows:call"]` when absent.
             * @example [
             *       "flows:call",
             *       "companies:read"
             *     ]
             */
            permissions?: string[] | null;
            /** @description Ids or slugs of the flows it may call, change and deploy; all when absent. */
            flows?: string[] | null;
            /** @description Ids or names of the environments it may call and deploy to; all when absent. */
            environments?: string[] | null;
            /** @description Id or slug of the tenant that it is bound to; none when absent. */
            tenant?: string | null;
            /**
             * @description Addresses and networks it may be used from; anywhere when absent.
             * @example [
             *       "203.0.113.0/24"
             *     ]
             */
            addresses?: string[] | null;
            expires_at?: components["schemas"]["Timestamp"] | null;
            /**
             * Format: int32
             * @description Calls a minute, 1 to 1,000,000; no limit of its own when absent.
             */
            rate_limit_per_minute?: number | null;
        };
        /**
         * @description Is a key for real use or for trying things out?
         * @enum {string}
         */
        KeyKind: "live" | "test";
        /** @description What shall be different; what is absent stays as it is, and null takes a restriction away. */
        KeyUpdate: {
            /**
             * @description 1 to 80 characters.
             * @default null
             */
            name?: string | null;
            /**
             * @description Up to 500 characters.
             * @default null
             */
            description?: string | null;
            /**
             * @description What it may do.
             * @default null
             */
            permissions?: string[] | null;
            /**
             * @description Ids or slugs of the flows it may call, change and deploy.
             * @default null
             */
            flows?: string[] | null;
            /**
             * @description Ids or names of the environments it may call and deploy to.
             * @default null
             */
            environments?: string[] | null;
            /**
             * @description Id or slug of the tenant that it is bound to.
             * @default null
             */
            tenant?: string | null;
            /**
             * @description Addresses and networks it may be used from.
             * @default null
             */
            addresses?: string[] | null;
            /** @default null */
            expires_at?: components["schemas"]["Timestamp"] | null;
            /**
             * Format: int32
             * @description Calls a minute.
             * @default null
             */
            rate_limit_per_minute?: number | null;
        };
        /** @description The newest run of a flow. */
        LastRun: {
            /** @description Its id. */
            id: components["schemas"]["RunId"];
            /** @description Where it stands. */
            state: components["schemas"]["RunState"];
            /** @description When it began. */
            started_at: components["schemas"]["Timestamp"];
        };
        /** @description How long calls took, in milliseconds. The quantiles are upper ends of the steps of a scale. */
        Latency: {
            /**
             * Format: double
             * @description On the average.
             */
            mean: number;
            /**
             * Format: double
             * @description At most so long took half of them.
             */
            p50: number;
            /**
             * Format: double
             * @description At most so long took 95 of 100.
             */
            p95: number;
            /**
             * Format: double
             * @description At most so long took 99 of 100.
             */
            p99: number;
        };
        /** @description One line of the ledger. Lines are never changed; a correction is a new line. */
        LedgerLine: {
            /** @description Its id. */
            id: components["schemas"]["LineId"];
            /**
             * Format: int64
             * @description Its number in the workspace; there are no gaps.
             */
            seq: number;
            /** @description What it is. */
            kind: components["schemas"]["LineKind"];
            /** @description What it added to what can be spent. */
            available_delta: components["schemas"]["Credits"];
            /** @description What it added to what is set aside. */
            held_delta: components["schemas"]["Credits"];
            /** @description What could be spent after it. */
            available_after: components["schemas"]["Credits"];
            /** @description What was set aside after it. */
            held_after: components["schemas"]["Credits"];
            grant: components["schemas"]["GrantId"] | null;
            related: components["schemas"]["LineId"] | null;
            usage: components["schemas"]["UsageId"] | null;
            /** @description Who caused it. */
            actor: components["schemas"]["Actor"];
            /** @description When. */
            at: components["schemas"]["Timestamp"];
            /** @description For people. */
            note: string | null;
        };
        /**
         * @description Id, written `txn_…`.
         * @example txn_01jd3m5x2nf9c8s7r6q5p4k3h2
         */
        LineId: string;
        /**
         * @description What a line of the ledger is.
         * @enum {string}
         */
        LineKind: "grant" | "activate" | "refund" | "charge" | "hold" | "post" | "void" | "expire" | "adjust";
        /** @description A page of a list. */
        List_Cap: {
            /** @description In the order of the list. */
            items: {
                /** @description Whose spending it limits. */
                subject_kind: components["schemas"]["CapSubjectKind"];
                /**
                 * @description The id of whose.
                 * @example key_01jd3m5x2nf9c8s7r6q5p4k3h2
                 */
                subject_id: string;
                /** @description A day or a month, in UTC. */
                period: components["schemas"]["Period"];
                /** @description How much may be spent in a period. */
                credits: components["schemas"]["Credits"];
                /** @description What was charged in the current one. A refund does not lower it. */
                used: components["schemas"]["Credits"];
                /** @description What is set aside in the current one for calls under way. It counts like what was charged. */
                held: components["schemas"]["Credits"];
                /** @description When the next period begins. */
                resets_at: components["schemas"]["Timestamp"];
            }[];
            /**
             * @description Pass it as `cursor` for the next page; null on the last one.
             * @example c1_018bcfe568007000a000000000000001
             */
            next_cursor: string | null;
        };
        /** @description A page of a list. */
        List_Deployment: {
            /** @description In the order of the list. */
            items: {
                /** @description Its id. */
                id: components["schemas"]["DeploymentId"];
                /** @description Of which flow. */
                flow: components["schemas"]["FlowId"];
                /** @description Where. */
                environment: components["schemas"]["EnvironmentId"];
                /** @description What the environment is called. */
                environment_name: components["schemas"]["Slug"];
                /**
                 * Format: int64
                 * @description Which version.
                 */
                version: number;
                /** @description Why. */
                note: string;
                /** @description By whom. */
                created_by: components["schemas"]["Actor"];
                /** @description When. */
                created_at: components["schemas"]["Timestamp"];
                replaced_at: components["schemas"]["Timestamp"] | null;
            }[];
            /**
             * @description Pass it as `cursor` for the next page; null on the last one.
             * @example c1_018bcfe568007000a000000000000001
             */
            next_cursor: string | null;
        };
        /** @description A page of a list. */
        List_Environment: {
            /** @description In the order of the list. */
            items: {
                /** @description Its id. */
                id: components["schemas"]["EnvironmentId"];
                /** @description What it is called, as in addresses. */
                name: components["schemas"]["Slug"];
                /**
                 * Format: int64
                 * @description Where it stands in the list, from 0.
                 */
                position: number;
                protected_at: components["schemas"]["Timestamp"] | null;
                /** @description When it was made. */
                created_at: components["schemas"]["Timestamp"];
            }[];
            /**
             * @description Pass it as `cursor` for the next page; null on the last one.
             * @example c1_018bcfe568007000a000000000000001
             */
            next_cursor: string | null;
        };
        /** @description A page of a list. */
        List_Flow: {
            /** @description In the order of the list. */
            items: {
                /** @description Its id. */
                id: components["schemas"]["FlowId"];
                /** @description Its name in addresses, unique in the workspace. */
                slug: components["schemas"]["Slug"];
                /**
                 * @description Its name for people.
                 * @example Greet
                 */
                name: string;
                /** @description What it is for. */
                description: string;
                draft: components["schemas"]["Draft"] | null;
                /**
                 * Format: int64
                 * @description The revision that the draft has or had last, 0 before the first: what `If-Match` of the next save names.
                 */
                draft_revision: number;
                /**
                 * Format: int64
                 * @description The number of the newest version; null before the first.
                 */
                latest_version: number | null;
                /** @description Where which version is live. */
                live: components["schemas"]["LiveIn"][];
                last_run: components["schemas"]["LastRun"] | null;
                /**
                 * Format: int64
                 * @description What a call costs: the price that the instance has for one times this, in thousandths, rounded up to a
                 *     microcredit. It scales the call alone: prices of requests that it sends and of units that it uses are added as
                 *     they are.
                 */
                price_permille: number;
                /** @description What is kept of its runs: `all`, `metadata` or `nothing`. */
                retention: components["schemas"]["Retention"];
                /**
                 * Format: int64
                 * @description For how many days.
                 */
                retention_days: number;
                /** @description Who made it. */
                created_by: components["schemas"]["Actor"];
                /** @description When it was made. */
                created_at: components["schemas"]["Timestamp"];
                /** @description When it was changed last. */
                updated_at: components["schemas"]["Timestamp"];
                deleted_at: components["schemas"]["Timestamp"] | null;
            }[];
            /**
             * @description Pass it as `cursor` for the next page; null on the last one.
             * @example c1_018bcfe568007000a000000000000001
             */
            next_cursor: string | null;
        };
        /** @description A page of a list. */
        List_FlowVersion: {
            /** @description In the order of the list. */
            items: {
                /** @description Its id. */
                id: components["schemas"]["FlowVersionId"];
                /** @description Whose it is. */
                flow: components["schemas"]["FlowId"];
                /**
                 * Format: int64
                 * @description From 1, without gaps.
                 */
                number: number;
                /** @description Why it was saved. */
                comment: string;
                /** @description A short mark. */
                label: string;
                /** @description Who saved it. */
                author: components["schemas"]["Actor"];
                /** @description When. */
                created_at: components["schemas"]["Timestamp"];
                /** @description Where it is live. */
                live: components["schemas"]["LiveIn"][];
                /** @description The text as it was written; only with a single version. */
                definition?: string | null;
                /** @description The canonical JSON that runs; only with a single version. */
                canonical?: Record<string, never> | null;
            }[];
            /**
             * @description Pass it as `cursor` for the next page; null on the last one.
             * @example c1_018bcfe568007000a000000000000001
             */
            next_cursor: string | null;
        };
        /** @description A page of a list. */
        List_Grant: {
            /** @description In the order of the list. */
            items: {
                /** @description Its id. */
                id: components["schemas"]["GrantId"];
                /** @description Where they came from. */
                source: components["schemas"]["GrantSource"];
                /** @description How many were given. */
                credits: components["schemas"]["Credits"];
                /** @description How many can still be spent. */
                remaining: components["schemas"]["Credits"];
                /** @description How many are set aside for calls under way. */
                held: components["schemas"]["Credits"];
                /**
                 * Format: int64
                 * @description A higher one burns first.
                 */
                priority: number;
                /** @description From when on they can be spent. */
                effective_at: components["schemas"]["Timestamp"];
                expires_at: components["schemas"]["Timestamp"] | null;
                /** @description What the system that granted them calls it. */
                external_id: string | null;
                /** @description Why they were given. */
                note: string;
                /** @description Who gave them. */
                created_by: components["schemas"]["Actor"];
                /** @description When. */
                created_at: components["schemas"]["Timestamp"];
            }[];
            /**
             * @description Pass it as `cursor` for the next page; null on the last one.
             * @example c1_018bcfe568007000a000000000000001
             */
            next_cursor: string | null;
        };
        /** @description A page of a list. */
        List_Key: {
            /** @description In the order of the list. */
            items: {
                /** @description Its id. */
                id: components["schemas"]["ApiKeyId"];
                /**
                 * @description What it is called.
                 * @example Checkout service
                 */
                name: string;
                /** @description What it is for. */
                description: string;
                /** @description Live or test. */
                kind: components["schemas"]["KeyKind"];
                /** @description Is it good? */
                status: components["schemas"]["CredentialStatus"];
                /**
                 * @description How it begins.
                 * @example gld_live_
                 */
                prefix: string;
                /**
                 * @description How it ends.
                 * @example x7Qz
                 */
                last_four: string;
                /**
                 * @description What it was given. It can never do more than the role of its owner.
                 * @example [
                 *       "flows:call"
                 *     ]
                 */
                permissions: string[];
                /** @description The flows it may call, change and deploy; null for all. */
                flows: components["schemas"]["FlowId"][] | null;
                /** @description The environments it may call and deploy to; null for all. */
                environments: components["schemas"]["EnvironmentId"][] | null;
                /**
                 * @description The networks it may be used from; null for anywhere.
                 * @example [
                 *       "203.0.113.0/24"
                 *     ]
                 */
                addresses: string[] | null;
                tenant: components["schemas"]["TenantId"] | null;
                /**
                 * Format: int32
                 * @description Calls a minute; null for no limit of its own.
                 */
                rate_limit_per_minute: number | null;
                expires_at: components["schemas"]["Timestamp"] | null;
                rotated_to: components["schemas"]["ApiKeyId"] | null;
                /** @description Who made it: the id of a user or of another key. */
                created_by: string | null;
                /** @description The user by whose membership it lives. */
                owner: components["schemas"]["UserId"];
                /** @description When it was made. */
                created_at: components["schemas"]["Timestamp"];
                /** @description When it was changed last. */
                updated_at: components["schemas"]["Timestamp"];
                last_used_at: components["schemas"]["Timestamp"] | null;
                revoked_at: components["schemas"]["Timestamp"] | null;
            }[];
            /**
             * @description Pass it as `cursor` for the next page; null on the last one.
             * @example c1_018bcfe568007000a000000000000001
             */
            next_cursor: string | null;
        };
        /** @description A page of a list. */
        List_LedgerLine: {
            /** @description In the order of the list. */
            items: {
                /** @description Its id. */
                id: components["schemas"]["LineId"];
                /**
                 * Format: int64
                 * @description Its number in the workspace; there are no gaps.
                 */
                seq: number;
                /** @description What it is. */
                kind: components["schemas"]["LineKind"];
                /** @description What it added to what can be spent. */
                available_delta: components["schemas"]["Credits"];
                /** @description What it added to what is set aside. */
                held_delta: components["schemas"]["Credits"];
                /** @description What could be spent after it. */
                available_after: components["schemas"]["Credits"];
                /** @description What was set aside after it. */
                held_after: components["schemas"]["Credits"];
                grant: components["schemas"]["GrantId"] | null;
                related: components["schemas"]["LineId"] | null;
                usage: components["schemas"]["UsageId"] | null;
                /** @description Who caused it. */
                actor: components["schemas"]["Actor"];
                /** @description When. */
                at: components["schemas"]["Timestamp"];
                /** @description For people. */
                note: string | null;
            }[];
            /**
             * @description Pass it as `cursor` for the next page; null on the last one.
             * @example c1_018bcfe568007000a000000000000001
             */
            next_cursor: string | null;
        };
        /** @description A page of a list. */
        List_NamedActor: {
            /** @description In the order of the list. */
            items: (components["schemas"]["Actor"] & {
                /**
                 * @description The name of the person or of the API key.
                 * @example Ada Lovelace
                 */
                name: string;
            })[];
            /**
             * @description Pass it as `cursor` for the next page; null on the last one.
             * @example c1_018bcfe568007000a000000000000001
             */
            next_cursor: string | null;
        };
        /** @description A page of a list. */
        List_Permission: {
            /** @description In the order of the list. */
            items: {
                /**
                 * @description How it is spelled.
                 * @example flows:call
                 */
                name: string;
                /**
                 * @description What it allows, for people.
                 * @example Call flows.
                 */
                description: string;
                /**
                 * @description The roles that hold it; null for a permission of the operator's own API, which only keys hold.
                 * @example [
                 *       "owner",
                 *       "admin",
                 *       "member",
                 *       "runner",
                 *       "guest"
                 *     ]
                 */
                roles: string[] | null;
                /** @description May an API key hold it? */
                for_keys: boolean;
                /** @description May a key hold it that the caller makes? A key can do no more than its maker. */
                grantable: boolean;
            }[];
            /**
             * @description Pass it as `cursor` for the next page; null on the last one.
             * @example c1_018bcfe568007000a000000000000001
             */
            next_cursor: string | null;
        };
        /** @description A page of a list. */
        List_Price: {
            /** @description In the order of the list. */
            items: {
                /** @description What it is for: a resource of the operator's API, a kind of flow task, a unit that tasks declare. */
                kind: components["schemas"]["PriceKind"];
                /**
                 * @description Which one.
                 * @example companies:search
                 */
                subject: string;
                /** @description What it costs. */
                credits: components["schemas"]["Credits"];
                /**
                 * Format: int64
                 * @description For how many.
                 */
                per: number;
                /** @description When it was set. */
                updated_at: components["schemas"]["Timestamp"];
            }[];
            /**
             * @description Pass it as `cursor` for the next page; null on the last one.
             * @example c1_018bcfe568007000a000000000000001
             */
            next_cursor: string | null;
        };
        /** @description A page of a list. */
        List_RegisteredPermission: {
            /** @description In the order of the list. */
            items: {
                /**
                 * @description How it is spelled.
                 * @example companies:read
                 */
                name: string;
                /** @description What it allows, for people. */
                description: string;
                /** @description When it was registered. */
                created_at: components["schemas"]["Timestamp"];
            }[];
            /**
             * @description Pass it as `cursor` for the next page; null on the last one.
             * @example c1_018bcfe568007000a000000000000001
             */
            next_cursor: string | null;
        };
        /** @description A page of a list. */
        List_Run: {
            /** @description In the order of the list. */
            items: {
                /** @description Its id. */
                id: components["schemas"]["RunId"];
                /** @description What ran. */
                flow: components["schemas"]["FlowId"];
                /** @description What the flow is called now; null when it is gone for good. */
                flow_name: string | null;
                /**
                 * Format: int64
                 * @description Its version; 0 is the draft.
                 */
                version: number;
                /** @description Where. */
                environment: components["schemas"]["EnvironmentId"];
                environment_name: components["schemas"]["Slug"] | null;
                tenant: components["schemas"]["TenantId"] | null;
                /** @description Who called. */
                actor: components["schemas"]["Actor"];
                /** @description Through what: `api`, `console`. */
                surface: string;
                /** @description Where it stands. */
                state: components["schemas"]["RunState"];
                /** @description When it began. */
                started_at: components["schemas"]["Timestamp"];
                ended_at: components["schemas"]["Timestamp"] | null;
                /** @description What it cost. */
                credits: components["schemas"]["Credits"];
            }[];
            /**
             * @description Pass it as `cursor` for the next page; null on the last one.
             * @example c1_018bcfe568007000a000000000000001
             */
            next_cursor: string | null;
        };
        /** @description A page of a list. */
        List_ServiceToken: {
            /** @description In the order of the list. */
            items: {
                /** @description Its id. */
                id: components["schemas"]["ServiceTokenId"];
                /**
                 * @description What it is called.
                 * @example Gateway
                 */
                name: string;
                /** @description What it is for. */
                description: string;
                /** @description Is it good? */
                status: components["schemas"]["CredentialStatus"];
                /**
                 * @description How it begins.
                 * @example gldop_
                 */
                prefix: string;
                /**
                 * @description How it ends.
                 * @example x7Qz
                 */
                last_four: string;
                /**
                 * @description What it may do.
                 * @example [
                 *       "operator:verify"
                 *     ]
                 */
                permissions: string[];
                /**
                 * @description The networks it may be used from; null for anywhere.
                 * @example [
                 *       "203.0.113.0/24"
                 *     ]
                 */
                addresses: string[] | null;
                /**
                 * Format: int32
                 * @description Requests a minute; null for no limit.
                 */
                rate_limit_per_minute: number | null;
                expires_at: components["schemas"]["Timestamp"] | null;
                rotated_to: components["schemas"]["ServiceTokenId"] | null;
                /** @description Who made it: the id of an operator or of another token; null for the command line. */
                created_by: string | null;
                /** @description When it was made. */
                created_at: components["schemas"]["Timestamp"];
                /** @description When it was changed last. */
                updated_at: components["schemas"]["Timestamp"];
                last_used_at: components["schemas"]["Timestamp"] | null;
                revoked_at: components["schemas"]["Timestamp"] | null;
            }[];
            /**
             * @description Pass it as `cursor` for the next page; null on the last one.
             * @example c1_018bcfe568007000a000000000000001
             */
            next_cursor: string | null;
        };
        /** @description A page of a list. */
        List_Session: {
            /** @description In the order of the list. */
            items: {
                /** @description Its id. */
                id: components["schemas"]["SessionId"];
                /** @description Is it the one that asks? */
                current: boolean;
                /** @description What the browser calls itself. */
                user_agent: string;
                /**
                 * @description The address it began from.
                 * @example 203.0.113.9
                 */
                address: string;
                /** @description When it began. */
                created_at: components["schemas"]["Timestamp"];
                /** @description When it was used last, to the minute. */
                last_seen_at: components["schemas"]["Timestamp"];
                /** @description When it ends by itself. */
                expires_at: components["schemas"]["Timestamp"];
            }[];
            /**
             * @description Pass it as `cursor` for the next page; null on the last one.
             * @example c1_018bcfe568007000a000000000000001
             */
            next_cursor: string | null;
        };
        /** @description A page of a list. */
        List_UsageEvent: {
            /** @description In the order of the list. */
            items: {
                /** @description Its id. */
                id: components["schemas"]["UsageId"];
                /** @description When it was over and charged, or refused. */
                at: components["schemas"]["Timestamp"];
                key: components["schemas"]["ApiKeyId"] | null;
                user: components["schemas"]["UserId"] | null;
                flow: components["schemas"]["FlowId"] | null;
                /**
                 * Format: int64
                 * @description Its version; 0 is the draft.
                 */
                flow_version: number | null;
                environment: components["schemas"]["EnvironmentId"] | null;
                tenant: components["schemas"]["TenantId"] | null;
                /** @description What the operator's service charged for. */
                resource: string | null;
                /**
                 * @description Through what it was called.
                 * @example api
                 */
                surface: string;
                /** @description How it ended, or why it was refused. */
                status: components["schemas"]["UsageStatus"];
                /** @description By a test key: it cost nothing. */
                test: boolean;
                /** @description What it cost. */
                credits: components["schemas"]["Credits"];
                /**
                 * Format: double
                 * @description How long it took, in milliseconds.
                 */
                latency_ms: number;
                /** @description What the operator's service attached. */
                tags: Record<string, never> | null;
            }[];
            /**
             * @description Pass it as `cursor` for the next page; null on the last one.
             * @example c1_018bcfe568007000a000000000000001
             */
            next_cursor: string | null;
        };
        /** @description A page of a list. */
        List_User: {
            /** @description In the order of the list. */
            items: {
                /** @description His id. */
                id: components["schemas"]["UserId"];
                /**
                 * @description His mail address.
                 * @example ada@example.com
                 */
                email: string;
                /**
                 * @description What he is called.
                 * @example Ada Lovelace
                 */
                name: string;
                operator_since: components["schemas"]["Timestamp"] | null;
                disabled_at: components["schemas"]["Timestamp"] | null;
                last_sign_in_at: components["schemas"]["Timestamp"] | null;
                /** @description When he signed up. */
                created_at: components["schemas"]["Timestamp"];
            }[];
            /**
             * @description Pass it as `cursor` for the next page; null on the last one.
             * @example c1_018bcfe568007000a000000000000001
             */
            next_cursor: string | null;
        };
        /** @description A page of a list. */
        List_Workspace: {
            /** @description In the order of the list. */
            items: {
                /** @description Its id. */
                id: components["schemas"]["WorkspaceId"];
                /** @description Its name in addresses, unique on the instance. */
                slug: components["schemas"]["Slug"];
                /**
                 * @description Its name for people.
                 * @example Acme
                 */
                name: string;
                /** @description What it is for. */
                description: string;
                /**
                 * Format: uri
                 * @description Where its picture is.
                 */
                picture_url: string | null;
                /**
                 * @description The zone by which its days are counted for people.
                 * @example Europe/Berlin
                 */
                time_zone: string;
                /** @description Is it somebody's personal one? */
                personal: boolean;
                /**
                 * @description What the caller is in it; null for API keys.
                 * @example owner
                 */
                role: string | null;
                /** @description Who made it. */
                created_by: components["schemas"]["UserId"];
                suspended_at: components["schemas"]["Timestamp"] | null;
                deleted_at: components["schemas"]["Timestamp"] | null;
                /** @description When it was made. */
                created_at: components["schemas"]["Timestamp"];
                /** @description When it was changed last. */
                updated_at: components["schemas"]["Timestamp"];
            }[];
            /**
             * @description Pass it as `cursor` for the next page; null on the last one.
             * @example c1_018bcfe568007000a000000000000001
             */
            next_cursor: string | null;
        };
        /** @description A version that is live somewhere. */
        LiveIn: {
            /** @description Where. */
            environment: components["schemas"]["EnvironmentId"];
            /** @description What the environment is called. */
            environment_name: components["schemas"]["Slug"];
            /**
             * Format: int64
             * @description Which version.
             */
            version: number;
            /** @description Since when. */
            since: components["schemas"]["Timestamp"];
        };
        /** @description What shall be different about the person; what is absent stays as it is. */
        MeUpdate: {
            /**
             * @description 1 to 80 characters.
             * @default null
             */
            name?: string | null;
        };
        /** @description A movement of credits that was made, and what is left after it. */
        Movement: {
            /** @description The line of the ledger that it is. */
            id: components["schemas"]["LineId"];
            /** @description What was charged by it. */
            credits_charged: components["schemas"]["Credits"];
            /** @description What can be spent after it. */
            credits_available: components["schemas"]["Credits"];
            /** @description Less was taken than was due, because nothing was left. */
            uncollected: boolean;
        };
        /** @description What somebody who did something is called. */
        NamedActor: components["schemas"]["Actor"] & {
            /**
             * @description The name of the person or of the API key.
             * @example Ada Lovelace
             */
            name: string;
        };
        /** @description A new key, with the key itself. */
        NewKey: components["schemas"]["Key"] & {
            /**
             * @description The key. Told this once: keep it where it is safe. Absent when the request is answered again.
             * @example gld_live_…
             */
            key?: string | null;
        };
        /** @description A new service token, with the token itself. */
        NewServiceToken: components["schemas"]["ServiceToken"] & {
            /**
             * @description The token. Told this once: keep it where it is safe. Absent when the request is answered again.
             * @example gldop_…
             */
            token?: string | null;
        };
        /** @description When credits end, and how many. */
        NextExpiry: {
            /** @description When. */
            at: components["schemas"]["Timestamp"];
            /** @description How many of those that can be spent now. */
            credits: components["schemas"]["Credits"];
        };
        /** @description The password that is, and the one that shall be. */
        PasswordChange: {
            /**
             * Format: password
             * @description The current one.
             */
            current_password: string;
            /**
             * Format: password
             * @description The new one: 10 to 256 characters, and not one of the common ones.
             */
            password: string;
        };
        /**
         * @description A day or a month, in UTC.
         * @enum {string}
         */
        Period: "day" | "month";
        /** @description A permission: what it allows, and who holds it. */
        Permission: {
            /**
             * @description How it is spelled.
             * @example flows:call
             */
            name: string;
            /**
             * @description What it allows, for people.
             * @example Call flows.
             */
            description: string;
            /**
             * @description The roles that hold it; null for a permission of the operator's own API, which only keys hold.
             * @example [
             *       "owner",
             *       "admin",
             *       "member",
             *       "runner",
             *       "guest"
             *     ]
             */
            roles: string[] | null;
            /** @description May an API key hold it? */
            for_keys: boolean;
            /** @description May a key hold it that the caller makes? A key can do no more than its maker. */
            grantable: boolean;
        };
        /** @description A permission to register. */
        PermissionRegister: {
            /**
             * @description An area and a deed with a colon between them. The areas of Guildhall's own permissions are reserved.
             * @example companies:read
             */
            name: string;
            /** @description What it allows, for people. Up to 500 characters. */
            description?: string | null;
        };
        /** @description What something costs. */
        Price: {
            /** @description What it is for: a resource of the operator's API, a kind of flow task, a unit that tasks declare. */
            kind: components["schemas"]["PriceKind"];
            /**
             * @description Which one.
             * @example companies:search
             */
            subject: string;
            /** @description What it costs. */
            credits: components["schemas"]["Credits"];
            /**
             * Format: int64
             * @description For how many.
             */
            per: number;
            /** @description When it was set. */
            updated_at: components["schemas"]["Timestamp"];
        };
        /**
         * @description What a price is for.
         * @enum {string}
         */
        PriceKind: "resource" | "step" | "unit";
        /** @description A price to set. It replaces the one of the same kind and subject. */
        PriceSet: {
            /** @description What it is for. */
            kind: components["schemas"]["PriceKind"];
            /**
             * @description Which one. 1 to 100 characters. Of the kind `step` only `call`: each request that a flow sends.
             * @example companies:search
             */
            subject: string;
            /** @description What it costs; 0 for nothing. */
            credits: components["schemas"]["Credits"];
            /**
             * Format: int64
             * @description For how many, such as 1,000 for a price per 1,000 tokens; 1 when absent.
             */
            per?: number | null;
        };
        /** @description A refused request (RFC 9457). `code` is for programs; `title` and `detail` are for people. */
        Problem: components["schemas"]["Extras"] & {
            /**
             * Format: uri-reference
             * @description Identifies the kind of problem; opens its documentation.
             * @example /docs#error/permission_denied
             */
            type: string;
            /** @description What happened, the same for every problem of this code. */
            title: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description What happened this time. */
            detail?: string | null;
            /** @description The request id, under which the server's log knows more. */
            instance: components["schemas"]["RequestId"];
            /** @description Why, for programs. */
            code: components["schemas"]["ProblemCode"];
            /** @description Each wrong field or parameter. */
            errors?: components["schemas"]["FieldProblem"][];
        };
        /**
         * @description Why a request was refused. Clients decide by it.
         * @enum {string}
         */
        ProblemCode: "malformed_request" | "malformed_body" | "invalid_parameter" | "workspace_required" | "workspace_ambiguous" | "environment_required" | "unauthenticated" | "invalid_credential" | "credential_expired" | "credential_revoked" | "sign_in_failed" | "insufficient_credits" | "cap_reached" | "permission_denied" | "credential_kind_denied" | "beyond_maker" | "address_denied" | "origin_denied" | "setup_code_required" | "sign_up_closed" | "invitation_required" | "environment_not_allowed" | "flow_not_allowed" | "workspace_suspended" | "not_found" | "not_deployed" | "method_not_allowed" | "email_taken" | "slug_taken" | "last_operator" | "limit_reached" | "name_taken" | "permission_in_use" | "external_id_taken" | "hold_closed" | "already_refunded" | "key_ended" | "unchanged" | "no_draft" | "environment_protected" | "cannot_deploy" | "idempotency_mismatch" | "idempotency_in_progress" | "stale" | "version_conflict" | "body_too_large" | "unsupported_media_type" | "invalid" | "invalid_definition" | "invalid_input" | "rate_limited" | "overloaded" | "too_many_attempts" | "flow_failed" | "run_interrupted" | "internal_error" | "unavailable" | "timed_out" | "deadline_exceeded";
        /** @description What a call would cost now. It holds until the next movement of credits and the next change of the configuration. */
        Quote: {
            /** @description What would run. */
            flow: components["schemas"]["FlowId"];
            /**
             * Format: int64
             * @description Its version.
             */
            version: number;
            /** @description Where. */
            environment: components["schemas"]["EnvironmentId"];
            /** @description The least that a successful call costs. Equal to `most` where the price is known beforehand. */
            least: components["schemas"]["Credits"];
            most: components["schemas"]["Credits"] | null;
            /** @description Is the most set aside before the flow runs? So it is where the flow has effects outside. */
            held: boolean;
            /** @description What the workspace can spend now. */
            available: components["schemas"]["Credits"];
            /** @description Would `most` (or else `least`) be accepted now? */
            accepted: boolean;
            /** @description The grants that it would be taken from, in this order. They have less together where there is less. */
            grants: components["schemas"]["QuotedGrant"][];
            /** @description The caps that would refuse it. */
            caps: components["schemas"]["ReachedCap"][];
        };
        /** @description A part of a price. */
        QuotedGrant: {
            /** @description Which grant. */
            id: components["schemas"]["GrantId"];
            /** @description Where it came from. */
            source: components["schemas"]["GrantSource"];
            /** @description How much of the price. */
            credits: components["schemas"]["Credits"];
            expires_at: components["schemas"]["Timestamp"] | null;
        };
        /** @description A spending cap that leaves less than was needed. */
        ReachedCap: {
            /** @description Whose spending it limits. */
            subject_kind: components["schemas"]["CapSubjectKind"];
            /** @description The id of whose. */
            subject_id: string;
            /** @description A day or a month, in UTC. */
            period: components["schemas"]["Period"];
            /** @description How much may be spent in a period. */
            credits: components["schemas"]["Credits"];
            /** @description What is used or set aside in the current one. */
            used: components["schemas"]["Credits"];
            /** @description When the next period begins. */
            resets_at: components["schemas"]["Timestamp"];
        };
        /** @description Whether the server can do its work, and which part cannot. */
        Readiness: {
            /** @description All checks passed. */
            ready: boolean;
            /** @description The database answers. */
            database: components["schemas"]["Check"];
            /** @description The schema is the one that this release needs. */
            migrations: components["schemas"]["Check"];
            /** @description The database belongs to the instance key of this process. */
            keys: components["schemas"]["Check"];
        };
        /** @description Why a charge is given back. */
        Refund: {
            /** @description For the ledger. Up to 500 characters. */
            note?: string | null;
        };
        /** @description A permission of the operator's own API, which keys may hold. */
        RegisteredPermission: {
            /**
             * @description How it is spelled.
             * @example companies:read
             */
            name: string;
            /** @description What it allows, for people. */
            description: string;
            /** @description When it was registered. */
            created_at: components["schemas"]["Timestamp"];
        };
        /**
         * @description Id, written `req_…`.
         * @example req_01jd3m5x2nf9c8s7r6q5p4k3h2
         */
        RequestId: string;
        /**
         * @description What is kept of the runs of a flow: input, output, error and steps; only that it ran; nothing but the usage event.
         * @enum {string}
         */
        Retention: "all" | "metadata" | "nothing";
        /** @description One execution of a flow. */
        Run: {
            /** @description Its id. */
            id: components["schemas"]["RunId"];
            /** @description What ran. */
            flow: components["schemas"]["FlowId"];
            /** @description What the flow is called now; null when it is gone for good. */
            flow_name: string | null;
            /**
             * Format: int64
             * @description Its version; 0 is the draft.
             */
            version: number;
            /** @description Where. */
            environment: components["schemas"]["EnvironmentId"];
            environment_name: components["schemas"]["Slug"] | null;
            tenant: components["schemas"]["TenantId"] | null;
            /** @description Who called. */
            actor: components["schemas"]["Actor"];
            /** @description Through what: `api`, `console`. */
            surface: string;
            /** @description Where it stands. */
            state: components["schemas"]["RunState"];
            /** @description When it began. */
            started_at: components["schemas"]["Timestamp"];
            ended_at: components["schemas"]["Timestamp"] | null;
            /** @description What it cost. */
            credits: components["schemas"]["Credits"];
        };
        /** @description A run with what is kept of its values. */
        RunDetails: components["schemas"]["Run"] & {
            /** @description What it was called with; null where it is not kept. */
            input: unknown;
            /** @description What it answered; null where there is none, or it is not kept. */
            output: unknown;
            /** @description The error that ended it. */
            error: unknown;
        };
        /**
         * @description Id, written `run_…`.
         * @example run_01jd3m5x2nf9c8s7r6q5p4k3h2
         */
        RunId: string;
        /**
         * @description Where a run stands.
         * @enum {string}
         */
        RunState: "queued" | "running" | "waiting" | "succeeded" | "failed" | "cancelled" | "timed_out";
        /** @description A draft that was saved. */
        SavedDraft: {
            /**
             * Format: int64
             * @description Its revision now.
             */
            revision: number;
            /** @description What keeps it from being a version, and what else is worth knowing. */
            findings: components["schemas"]["Finding"][];
        };
        /** @description A credential of the operator's own systems, as people see it: all but the token. */
        ServiceToken: {
            /** @description Its id. */
            id: components["schemas"]["ServiceTokenId"];
            /**
             * @description What it is called.
             * @example Gateway
             */
            name: string;
            /** @description What it is for. */
            description: string;
            /** @description Is it good? */
            status: components["schemas"]["CredentialStatus"];
            /**
             * @description How it begins.
             * @example gldop_
             */
            prefix: string;
            /**
             * @description How it ends.
             * @example x7Qz
             */
            last_four: string;
            /**
             * @description What it may do.
             * @example [
             *       "operator:verify"
             *     ]
             */
            permissions: string[];
            /**
             * @description The networks it may be used from; null for anywhere.
             * @example [
             *       "203.0.113.0/24"
             *     ]
             */
            addresses: string[] | null;
            /**
             * Format: int32
             * @description Requests a minute; null for no limit.
             */
            rate_limit_per_minute: number | null;
            expires_at: components["schemas"]["Timestamp"] | null;
            rotated_to: components["schemas"]["ServiceTokenId"] | null;
            /** @description Who made it: the id of an operator or of another token; null for the command line. */
            created_by: string | null;
            /** @description When it was made. */
            created_at: components["schemas"]["Timestamp"];
            /** @description When it was changed last. */
            updated_at: components["schemas"]["Timestamp"];
            last_used_at: components["schemas"]["Timestamp"] | null;
            revoked_at: components["schemas"]["Timestamp"] | null;
        };
        /** @description What a service token is made from. */
        ServiceTokenCreate: {
            /**
             * @description 1 to 80 characters.
             * @example Gateway
             */
            name: string;
            /** @description Up to 500 characters. */
            description?: string | null;
            /**
             * @description What it may do, never more than its maker. What an operator's service needs when absent: all but governing
             *     tokens, users and settings.
             * @example [
             *       "operator:verify"
             *     ]
             */
            permissions?: string[] | null;
            /**
             * @description Addresses and networks it may be used from; anywhere when absent.
             * @example [
             *       "203.0.113.0/24"
             *     ]
             */
            addresses?: string[] | null;
            expires_at?: components["schemas"]["Timestamp"] | null;
            /**
             * Format: int32
             * @description Requests a minute, 1 to 1,000,000; no limit when absent.
             */
            rate_limit_per_minute?: number | null;
        };
        /**
         * @description Id, written `svc_…`.
         * @example svc_01jd3m5x2nf9c8s7r6q5p4k3h2
         */
        ServiceTokenId: string;
        /** @description What shall be different; what is absent stays as it is, and null takes a restriction away. */
        ServiceTokenUpdate: {
            /**
             * @description 1 to 80 characters.
             * @default null
             */
            name?: string | null;
            /**
             * @description Up to 500 characters.
             * @default null
             */
            description?: string | null;
            /**
             * @description What it may do, never more than who changes it.
             * @default null
             */
            permissions?: string[] | null;
            /**
             * @description Addresses and networks it may be used from.
             * @default null
             */
            addresses?: string[] | null;
            /** @default null */
            expires_at?: components["schemas"]["Timestamp"] | null;
            /**
             * Format: int32
             * @description Requests a minute.
             * @default null
             */
            rate_limit_per_minute?: number | null;
        };
        /** @description A place where the person is signed in. */
        Session: {
            /** @description Its id. */
            id: components["schemas"]["SessionId"];
            /** @description Is it the one that asks? */
            current: boolean;
            /** @description What the browser calls itself. */
            user_agent: string;
            /**
             * @description The address it began from.
             * @example 203.0.113.9
             */
            address: string;
            /** @description When it began. */
            created_at: components["schemas"]["Timestamp"];
            /** @description When it was used last, to the minute. */
            last_seen_at: components["schemas"]["Timestamp"];
            /** @description When it ends by itself. */
            expires_at: components["schemas"]["Timestamp"];
        };
        /**
         * @description Id, written `ses_…`.
         * @example ses_01jd3m5x2nf9c8s7r6q5p4k3h2
         */
        SessionId: string;
        /** @description The settings of the instance. */
        Settings: {
            /**
             * @description What the product is called towards its customers.
             * @example Guildhall
             */
            product_name: string;
            /**
             * Format: uri
             * @description Its logo.
             */
            logo_url: string | null;
            /**
             * Format: uri
             * @description Where customers find help.
             */
            support_url: string | null;
            /** @description Who may sign up. */
            sign_up: components["schemas"]["SignUpPolicy"];
            /** @description What a new user's personal workspace is given. */
            signup_bonus: components["schemas"]["Credits"];
            /** @description What a flow call costs, before the flow's own multiplier. */
            flow_call_price: components["schemas"]["Credits"];
            /** @description What `verify` charges when it names neither credits nor a priced resource. */
            verify_price: components["schemas"]["Credits"];
        };
        /** @description What shall be different; what is absent stays as it is. */
        SettingsUpdate: {
            /**
             * @description 1 to 80 characters.
             * @default null
             */
            product_name?: string | null;
            /**
             * Format: uri
             * @description An https or http address; null for none.
             * @default null
             */
            logo_url?: string | null;
            /**
             * Format: uri
             * @description An https or http address; null for none.
             * @default null
             */
            support_url?: string | null;
            /** @default null */
            sign_up?: components["schemas"]["SignUpPolicy"] | null;
            /** @default null */
            signup_bonus?: components["schemas"]["Credits"] | null;
            /** @default null */
            flow_call_price?: components["schemas"]["Credits"] | null;
            /** @default null */
            verify_price?: components["schemas"]["Credits"] | null;
        };
        /** @description How the work of a hold ended. */
        Settle: {
            /** @description How it ended. */
            outcome: components["schemas"]["SettleOutcome"];
            credits?: components["schemas"]["Credits"] | null;
            /**
             * Format: int64
             * @description How long it took, in milliseconds.
             */
            latency_ms?: number | null;
        };
        /**
         * @description How the work of a hold ended.
         * @enum {string}
         */
        SettleOutcome: "succeeded" | "failed" | "timed_out";
        /** @description What somebody signs in with. */
        SignIn: {
            /**
             * @description The mail address of the account.
             * @example ada@example.com
             */
            email: string;
            /**
             * Format: password
             * @description Its password.
             */
            password: string;
        };
        /** @description What somebody signs up with. */
        SignUp: {
            /**
             * @description A mail address.
             * @example ada@example.com
             */
            email: string;
            /**
             * Format: password
             * @description 10 to 256 characters, and not one of the common ones.
             */
            password: string;
            /**
             * @description 1 to 80 characters.
             * @example Ada Lovelace
             */
            name: string;
            /** @description The code printed at start. Asked for at the first sign-up of an instance that is reachable from outside. */
            setup_code?: string | null;
        };
        /**
         * @description Who may sign up.
         * @enum {string}
         */
        SignUpPolicy: "open" | "invitation" | "closed";
        /** @description Who is signed in now. The session itself is the cookie of the answer. */
        SignedIn: {
            /** @description The person. */
            user: components["schemas"]["User"];
            /** @description His personal workspace. */
            workspace: components["schemas"]["Workspace"];
        };
        /**
         * @description A name in addresses.
         * @example acme
         */
        Slug: string;
        /** @description One executed task of a run. */
        Step: {
            /** @description JSON Pointer of the task. */
            pointer: string;
            /** @description Its name. */
            name: string;
            /** @description Its kind, such as `set`. */
            kind: string;
            /** @description `completed`, `skipped`, `faulted` or `left`. */
            status: string;
            /** @description Indexes of the enclosing loops, outermost first. */
            iteration: number[];
            /**
             * Format: int32
             * @description Attempt of the nearest enclosing `try`, from 1.
             */
            attempt: number;
            /** @description When it began. */
            started_at: components["schemas"]["Timestamp"];
            /** @description When it was over. */
            ended_at: components["schemas"]["Timestamp"];
            /** @description What it worked on; null where it is not kept. */
            input: unknown;
            /** @description What it made; null where it is not kept. */
            output: unknown;
            /** @description The error, when it failed. */
            error: unknown;
        };
        /** @description The steps of a run. */
        Steps: {
            /** @description In the order in which they ended. */
            items: components["schemas"]["Step"][];
            /** @description Always null: they are told whole. */
            next_cursor: string | null;
            /** @description Whether steps, values or errors are missing because the run had more of them than are kept. */
            truncated: boolean;
        };
        /**
         * @description Id, written `ten_…`.
         * @example ten_01jd3m5x2nf9c8s7r6q5p4k3h2
         */
        TenantId: string;
        /**
         * Format: date-time
         * @description An instant: RFC 3339 in UTC.
         * @example 2026-11-21T18:30:00Z
         */
        Timestamp: string;
        /** @description One metered call, or a sample of those that were refused: of these a few an hour and reason are kept, for 30 days. */
        UsageEvent: {
            /** @description Its id. */
            id: components["schemas"]["UsageId"];
            /** @description When it was over and charged, or refused. */
            at: components["schemas"]["Timestamp"];
            key: components["schemas"]["ApiKeyId"] | null;
            user: components["schemas"]["UserId"] | null;
            flow: components["schemas"]["FlowId"] | null;
            /**
             * Format: int64
             * @description Its version; 0 is the draft.
             */
            flow_version: number | null;
            environment: components["schemas"]["EnvironmentId"] | null;
            tenant: components["schemas"]["TenantId"] | null;
            /** @description What the operator's service charged for. */
            resource: string | null;
            /**
             * @description Through what it was called.
             * @example api
             */
            surface: string;
            /** @description How it ended, or why it was refused. */
            status: components["schemas"]["UsageStatus"];
            /** @description By a test key: it cost nothing. */
            test: boolean;
            /** @description What it cost. */
            credits: components["schemas"]["Credits"];
            /**
             * Format: double
             * @description How long it took, in milliseconds.
             */
            latency_ms: number;
            /** @description What the operator's service attached. */
            tags: Record<string, never> | null;
        };
        /**
         * @description Id, written `use_…`.
         * @example use_01jd3m5x2nf9c8s7r6q5p4k3h2
         */
        UsageId: string;
        /**
         * @description How a call ended, or why it was refused.
         * @enum {string}
         */
        UsageStatus: "succeeded" | "failed" | "timed_out" | "uncollected" | "refused_insufficient_credits" | "refused_cap_reached" | "refused_permission_denied" | "refused_flow_not_allowed" | "refused_environment_not_allowed" | "refused_address_denied" | "refused_workspace_suspended" | "refused_rate_limited" | "refused_overloaded";
        /**
         * @description How a call ended, or why it was refused; `refused` for whatever reason.
         * @enum {string}
         */
        UsageStatusFilter: "succeeded" | "failed" | "timed_out" | "uncollected" | "refused" | "refused_insufficient_credits" | "refused_cap_reached" | "refused_permission_denied" | "refused_flow_not_allowed" | "refused_environment_not_allowed" | "refused_address_denied" | "refused_workspace_suspended" | "refused_rate_limited" | "refused_overloaded";
        /** @description Sums of usage. */
        UsageSummary: {
            /** @description From this instant on. */
            from: components["schemas"]["Timestamp"];
            /** @description Before this instant. */
            to: components["schemas"]["Timestamp"];
            /**
             * @description Where days begin.
             * @example Europe/Berlin
             */
            time_zone: string;
            /** @description By time, then by the other things they are apart by. */
            items: components["schemas"]["UsageSummaryItem"][];
            /** @description Over all items. */
            totals: components["schemas"]["UsageSums"];
        };
        /** @description The sums of one group. It has the fields that were asked for in `group_by`; null where the calls had none. */
        UsageSummaryItem: components["schemas"]["UsageSums"] & {
            hour?: components["schemas"]["Timestamp"] | null;
            /**
             * @description The day in the time zone.
             * @example 2026-11-21
             */
            day?: string | null;
            flow?: components["schemas"]["FlowId"] | null;
            key?: components["schemas"]["ApiKeyId"] | null;
            user?: components["schemas"]["UserId"] | null;
            tenant?: components["schemas"]["TenantId"] | null;
            environment?: components["schemas"]["EnvironmentId"] | null;
            /**
             * @description How the calls ended: `succeeded`, `failed`, `timed_out`, `uncollected`, or why they were refused.
             * @example succeeded
             */
            status?: string | null;
        };
        /** @description Sums of usage. */
        UsageSums: {
            /**
             * Format: int64
             * @description Accepted calls.
             */
            calls: number;
            /**
             * Format: int64
             * @description Those of them that did not succeed.
             */
            errors: number;
            /**
             * Format: int64
             * @description Calls that were refused: no credits, no permission, too many. They cost nothing and are in no other sum. Counted
             *     about a second later.
             */
            refused: number;
            /** @description What the calls cost. */
            credits: components["schemas"]["Credits"];
            /** @description How long they took. */
            latency_ms: components["schemas"]["Latency"];
        };
        /** @description A person with an account. */
        User: {
            /** @description His id. */
            id: components["schemas"]["UserId"];
            /**
             * @description His mail address.
             * @example ada@example.com
             */
            email: string;
            /**
             * @description What he is called.
             * @example Ada Lovelace
             */
            name: string;
            operator_since: components["schemas"]["Timestamp"] | null;
            disabled_at: components["schemas"]["Timestamp"] | null;
            last_sign_in_at: components["schemas"]["Timestamp"] | null;
            /** @description When he signed up. */
            created_at: components["schemas"]["Timestamp"];
        };
        /**
         * @description Id, written `usr_…`.
         * @example usr_01jd3m5x2nf9c8s7r6q5p4k3h2
         */
        UserId: string;
        /** @description The answer: the key may and was charged, or why not. */
        Verdict: {
            /** @description May the key do it, and is it paid for? */
            valid: boolean;
            code?: components["schemas"]["VerdictCode"] | null;
            workspace?: components["schemas"]["WorkspaceId"] | null;
            key?: components["schemas"]["ApiKeyId"] | null;
            /** @description What the key may do, in Guildhall and in your API. */
            permissions?: string[] | null;
            credits_charged?: components["schemas"]["Credits"] | null;
            credits_available?: components["schemas"]["Credits"] | null;
            usage?: components["schemas"]["UsageId"] | null;
            hold?: components["schemas"]["HoldId"] | null;
            cap?: components["schemas"]["ReachedCap"] | null;
            /**
             * Format: int64
             * @description Seconds after which it makes sense to ask again: until the cap begins anew, or the rate limit lets one more in.
             */
            retry_after?: number | null;
        };
        /**
         * @description Why a key may not.
         * @enum {string}
         */
        VerdictCode: "unknown_key" | "expired" | "revoked" | "permission_denied" | "address_denied" | "rate_limited" | "insufficient_credits" | "cap_reached" | "workspace_suspended";
        /** @description What is asked of a customer's key. */
        Verify: {
            /**
             * @description The key that the customer sent.
             * @example gld_live_…
             */
            key: string;
            /**
             * @description What he wants to do: a permission of yours or of Guildhall's.
             * @example companies:read
             */
            permission?: string | null;
            credits?: components["schemas"]["Credits"] | null;
            /**
             * @description What it is for: priced by the price table, and kept with the usage. 1 to 100 characters.
             * @example companies:search
             */
            resource?: string | null;
            /** @description The environment that it is for, by id or name. */
            environment?: string | null;
            /** @description The tenant that it is for, by id or slug. */
            tenant?: string | null;
            /**
             * @description The address that the customer's request came from, checked against the networks of the key.
             * @example 203.0.113.9
             */
            address?: string | null;
            mode?: components["schemas"]["VerifyMode"] | null;
            /**
             * Format: int64
             * @description After how long a hold that nobody settles is given back by itself: 1 to 86,400; 900 when absent.
             */
            hold_seconds?: number | null;
            /** @description Kept with the usage. At most 2,048 bytes as JSON. */
            tags?: Record<string, never> | null;
        };
        /**
         * @description When the credits are taken.
         * @enum {string}
         */
        VerifyMode: "charge" | "hold";
        /** @description A workspace: the unit that owns everything else. */
        Workspace: {
            /** @description Its id. */
            id: components["schemas"]["WorkspaceId"];
            /** @description Its name in addresses, unique on the instance. */
            slug: components["schemas"]["Slug"];
            /**
             * @description Its name for people.
             * @example Acme
             */
            name: string;
            /** @description What it is for. */
            description: string;
            /**
             * Format: uri
             * @description Where its picture is.
             */
            picture_url: string | null;
            /**
             * @description The zone by which its days are counted for people.
             * @example Europe/Berlin
             */
            time_zone: string;
            /** @description Is it somebody's personal one? */
            personal: boolean;
            /**
             * @description What the caller is in it; null for API keys.
             * @example owner
             */
            role: string | null;
            /** @description Who made it. */
            created_by: components["schemas"]["UserId"];
            suspended_at: components["schemas"]["Timestamp"] | null;
            deleted_at: components["schemas"]["Timestamp"] | null;
            /** @description When it was made. */
            created_at: components["schemas"]["Timestamp"];
            /** @description When it was changed last. */
            updated_at: components["schemas"]["Timestamp"];
        };
        /** @description What a workspace is made from. */
        WorkspaceCreate: {
            /**
             * @description 1 to 80 characters.
             * @example Acme
             */
            name: string;
            slug?: components["schemas"]["Slug"] | null;
            /** @description Up to 500 characters. */
            description?: string | null;
            /**
             * @description A name of the IANA time zone database; UTC when absent.
             * @example Europe/Berlin
             */
            time_zone?: string | null;
        };
        /**
         * @description Id, written `ws_…`.
         * @example ws_01jd3m5x2nf9c8s7r6q5p4k3h2
         */
        WorkspaceId: string;
        /** @description What shall be different; what is absent stays as it is. */
        WorkspaceUpdate: {
            /**
             * @description 1 to 80 characters.
             * @default null
             */
            name?: string | null;
            /** @default null */
            slug?: components["schemas"]["Slug"] | null;
            /**
             * @description Up to 500 characters.
             * @default null
             */
            description?: string | null;
            /**
             * Format: uri
             * @description An https or http address; null takes the picture away.
             * @default null
             */
            picture_url?: string | null;
            /**
             * @description A name of the IANA time zone database.
             * @default null
             */
            time_zone?: string | null;
        };
        /** @description A workspace with what it can spend. */
        WorkspaceWithCredits: components["schemas"]["Workspace"] & {
            /** @description What it can spend. */
            credits: components["schemas"]["Balance"];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    healthz_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    metrics_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The counters. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    openapi_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OpenAPI 3.1. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readyz_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It can. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    actors_list: {
        parameters: {
            query: {
                /**
                 * @description Ids of persons and API keys with commas between them, at most 100.
                 * @example usr_01jd3m5x2nf9c8s7r6q5p4k3h2,key_01jd3m5x2nf9c8s7r6q5p4k3h2
                 */
                ids: string;
            };
            header?: {
                "Guildhall-Workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Those with a name. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_NamedActor"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    auth_sign_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            /** @description Signed in. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    auth_sign_out: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Signed out. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    auth_sign_up: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignUp"];
            };
        };
        responses: {
            /** @description Signed up and in. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    caps_list: {
        parameters: {
            query?: never;
            header?: {
                "Guildhall-Workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description By subject. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_Cap"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    caps_set: {
        parameters: {
            query?: never;
            header?: {
                "Guildhall-Workspace"?: string;
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CapSet"];
            };
        };
        responses: {
            /** @description The cap as it holds now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cap"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    caps_remove: {
        parameters: {
            query: {
                /** @description Whose spending it limits. */
                subject_kind: components["schemas"]["CapSubjectKind"];
                /** @description The id of whose; not needed for the workspace. */
                subject_id?: string;
                /** @description A day or a month. */
                period: components["schemas"]["Period"];
            };
            header?: {
                "Guildhall-Workspace"?: string;
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It holds no more. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    credits_view: {
        parameters: {
            query?: never;
            header?: {
                "Guildhall-Workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the workspace can spend. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Balance"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    grants_list: {
        parameters: {
            query?: {
                /** @description Items on the page, 1 to 200. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: {
                "Guildhall-Workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the balance is made of, and what it was. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_Grant"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ledger_list: {
        parameters: {
            query?: {
                /** @description Only lines of this kind. */
                kind?: components["schemas"]["LineKind"];
                /** @description Most items of the page. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: {
                "Guildhall-Workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every movement of credits. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_LedgerLine"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ledger_export: {
        parameters: {
            query: {
                /** @description How they are written. */
                format: components["schemas"]["ExportFormat"];
                /** @description Only lines of this kind. */
                kind?: components["schemas"]["LineKind"];
            };
            header?: {
                "Guildhall-Workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file; with `format=ndjson` a line of the ledger on each line. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                    "application/x-ndjson": string;
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    environments_list: {
        parameters: {
            query?: {
                /** @description Items on the page, 1 to 200. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: {
                "Guildhall-Workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_Environment"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    environments_view: {
        parameters: {
            query?: never;
            header?: {
                "Guildhall-Workspace"?: string;
            };
            path: {
                /** @description Id or name. */
                environment: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The environment. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Environment"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    flows_list: {
        parameters: {
            query?: {
                /** @description Part of the name or slug. */
                search?: string;
                /** @description Live in this environment, by id or name. */
                environment?: string;
                /** @description Those that were deleted and can still be restored, instead of those in use. */
                deleted?: boolean;
                /** @description Items on the page, 1 to 200. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: {
                "Guildhall-Workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_Flow"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    flows_create: {
        parameters: {
            query?: never;
            header?: {
                "Guildhall-Workspace"?: string;
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FlowCreate"];
            };
        };
        responses: {
            /** @description It is made. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Flow"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    flows_view: {
        parameters: {
            query?: never;
            header?: {
                "Guildhall-Workspace"?: string;
            };
            path: {
                /** @description Id or slug. */
                flow: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The flow. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Flow"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    flows_delete: {
        parameters: {
            query?: never;
            header?: {
                "Guildhall-Workspace"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Id or slug. */
                flow: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As it was left. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Flow"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    flows_update: {
        parameters: {
            query?: never;
            header?: {
                "Guildhall-Workspace"?: string;
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Id or slug. */
                flow: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FlowUpdate"];
            };
        };
        responses: {
            /** @description As it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Flow"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    flow_call: {
        parameters: {
            query?: never;
            header?: {
                "Guildhall-Workspace"?: string;
                "Guildhall-Environment"?: string;
                "Guildhall-Tenant"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Id or slug. */
                flow: string;
            };
            cookie?: never;
        };
        /** @description The input: any JSON value. */
        requestBody: {
            content: {
                "application/json": unknown;
            };
        };
        responses: {
            /** @description The output: any JSON value. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    flow_check: {
        parameters: {
            query?: never;
            header?: {
                "Guildhall-Workspace"?: string;
            };
            path: {
                /** @description Id or slug. */
                flow: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DefinitionBody"];
            };
        };
        responses: {
            /** @description What was found. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Checked"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deployments_list: {
        parameters: {
            query?: {
                /** @description In this environment, by id or name. */
                environment?: string;
                /** @description Items on the page, 1 to 200. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: {
                "Guildhall-Workspace"?: string;
            };
            path: {
                /** @description Id or slug. */
                flow: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_Deployment"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deployments_create: {
        parameters: {
            query?: never;
            header?: {
                "Guildhall-Workspace"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Id or slug. */
                flow: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeploymentCreate"];
            };
        };
        responses: {
            /** @description It is live. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Deployment"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    flow_draft_save: {
        parameters: {
            query?: never;
            header?: {
                "Guildhall-Workspace"?: string;
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Id or slug. */
                flow: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DefinitionBody"];
            };
        };
        responses: {
            /** @description It is kept. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedDraft"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    flow_draft_run: {
        parameters: {
            query?: never;
            header?: {
                "Guildhall-Workspace"?: string;
                "Guildhall-Environment"?: string;
                "Guildhall-Tenant"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Id or slug. */
                flow: string;
            };
            cookie?: never;
        };
        /** @description The input: any JSON value. */
        requestBody: {
            content: {
                "application/json": unknown;
            };
        };
        responses: {
            /** @description The output: any JSON value. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    flow_quote: {
        parameters: {
            query?: never;
            header?: {
                "Guildhall-Workspace"?: string;
                "Guildhall-Environment"?: string;
                "Guildhall-Tenant"?: string;
            };
            path: {
                /** @description Id or slug. */
                flow: string;
            };
            cookie?: never;
        };
        /** @description The input: any JSON value. */
        requestBody: {
            content: {
                "application/json": unknown;
            };
        };
        responses: {
            /** @description What it would cost. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Quote"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    flows_restore: {
        parameters: {
            query?: never;
            header?: {
                "Guildhall-Workspace"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Id or slug. */
                flow: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FlowRestore"];
            };
        };
        responses: {
            /** @description As it is again. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Flow"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    flow_versions_list: {
        parameters: {
            query?: {
                /** @description Items on the page, 1 to 200. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: {
                "Guildhall-Workspace"?: string;
            };
            path: {
                /** @description Id or slug. */
                flow: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_FlowVersion"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    flow_versions_create: {
        parameters: {
            query?: never;
            header?: {
                "Guildhall-Workspace"?: string;
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Id or slug. */
                flow: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FlowVersionCreate"];
            };
        };
        responses: {
            /** @description It is saved. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlowVersion"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    flow_versions_view: {
        parameters: {
            query?: never;
            header?: {
                "Guildhall-Workspace"?: string;
            };
            path: {
                /** @description Id or slug. */
                flow: string;
                /** @description From 1. */
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The version. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlowVersion"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    keys_list: {
        parameters: {
            query?: {
                /** @description Only live ones, or only test ones. */
                kind?: "live" | "test";
                /** @description Only those of this status. */
                status?: "active" | "expired" | "revoked";
                /** @description Only those that this user made. */
                created_by?: string;
                /** @description Items on the page, 1 to 200. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: {
                "Guildhall-Workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_Key"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    keys_create: {
        parameters: {
            query?: never;
            header?: {
                "Guildhall-Workspace"?: string;
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeyCreate"];
            };
        };
        responses: {
            /** @description It is made. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewKey"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    keys_view: {
        parameters: {
            query?: never;
            header?: {
                "Guildhall-Workspace"?: string;
            };
            path: {
                /** @description Id of the key. */
                key: components["schemas"]["ApiKeyId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key, without itself. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Key"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    keys_delete: {
        parameters: {
            query?: never;
            header?: {
                "Guildhall-Workspace"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Id of the key. */
                key: components["schemas"]["ApiKeyId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It has ended and is hidden. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    keys_update: {
        parameters: {
            query?: never;
            header?: {
                "Guildhall-Workspace"?: string;
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Id of the key. */
                key: components["schemas"]["ApiKeyId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeyUpdate"];
            };
        };
        responses: {
            /** @description As it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Key"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    keys_revoke: {
        parameters: {
            query?: never;
            header?: {
                "Guildhall-Workspace"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Id of the key. */
                key: components["schemas"]["ApiKeyId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Key"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    keys_rotate: {
        parameters: {
            query?: never;
            header?: {
                "Guildhall-Workspace"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Id of the key. */
                key: components["schemas"]["ApiKeyId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CredentialRotate"];
            };
        };
        responses: {
            /** @description The new key, told this once. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewKey"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    me_view: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The signed-in person. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    me_update: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MeUpdate"];
            };
        };
        responses: {
            /** @description As it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    me_change_password: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordChange"];
            };
        };
        responses: {
            /** @description Changed. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sessions_list: {
        parameters: {
            query?: {
                /** @description Items on the page, 1 to 200. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_Session"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sessions_end: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Id of the session. */
                session: components["schemas"]["SessionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It has ended. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    me_workspaces_list: {
        parameters: {
            query?: {
                /** @description Those that were deleted and can still be restored, instead of those in use. */
                deleted?: boolean;
                /** @description Items on the page, 1 to 200. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_Workspace"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    operator_holds_settle: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Its id. */
                hold: components["schemas"]["HoldId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Settle"];
            };
        };
        responses: {
            /** @description It is charged. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Movement"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    operator_holds_void: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Its id. */
                hold: components["schemas"]["HoldId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is given back. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Movement"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    operator_permissions_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description By name. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_RegisteredPermission"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    operator_permissions_register: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PermissionRegister"];
            };
        };
        responses: {
            /** @description It is registered. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RegisteredPermission"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    operator_permissions_delete: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description Its name.
                 * @example companies:read
                 */
                permission: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    operator_prices_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description By kind and subject. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_Price"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    operator_prices_set: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PriceSet"];
            };
        };
        responses: {
            /** @description As it holds now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Price"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    operator_prices_remove: {
        parameters: {
            query: {
                /** @description What it is for. */
                kind: components["schemas"]["PriceKind"];
                /** @description Which one. */
                subject: string;
            };
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It holds no more. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    operator_service_tokens_list: {
        parameters: {
            query?: {
                /** @description Only those of this status. */
                status?: "active" | "expired" | "revoked";
                /** @description Only those that this operator made. */
                created_by?: string;
                /** @description Items on the page, 1 to 200. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_ServiceToken"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    operator_service_tokens_create: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ServiceTokenCreate"];
            };
        };
        responses: {
            /** @description It is made. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewServiceToken"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    operator_service_tokens_view: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id. */
                service_token: components["schemas"]["ServiceTokenId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The token, without itself. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServiceToken"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    operator_service_tokens_delete: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Its id. */
                service_token: components["schemas"]["ServiceTokenId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It has ended and is hidden. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    operator_service_tokens_update: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Its id. */
                service_token: components["schemas"]["ServiceTokenId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ServiceTokenUpdate"];
            };
        };
        responses: {
            /** @description As it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServiceToken"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    operator_service_tokens_revoke: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Its id. */
                service_token: components["schemas"]["ServiceTokenId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServiceToken"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    operator_service_tokens_rotate: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Its id. */
                service_token: components["schemas"]["ServiceTokenId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CredentialRotate"];
            };
        };
        responses: {
            /** @description The new token, told this once. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewServiceToken"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    operator_settings_view: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As they are. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    operator_settings_update: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SettingsUpdate"];
            };
        };
        responses: {
            /** @description As they are now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    operator_usage_refund: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Its id. */
                usage: components["schemas"]["UsageId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Refund"];
            };
        };
        responses: {
            /** @description It is given back. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Movement"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    operator_users_list: {
        parameters: {
            query?: {
                /** @description Only the one with this mail address. */
                email?: string;
                /** @description Only operators, or only those who are not. */
                operator?: boolean;
                /** @description Only disabled ones, or only those who are not. */
                disabled?: boolean;
                /** @description Items on the page, 1 to 200. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_User"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    operator_users_disable: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Its id. */
                user: components["schemas"]["UserId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As he is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    operator_users_enable: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Its id. */
                user: components["schemas"]["UserId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As he is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    operator_users_promote: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Its id. */
                user: components["schemas"]["UserId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As he is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    operator_verify: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Verify"];
            };
        };
        responses: {
            /** @description Whether it may. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Verdict"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    operator_workspaces_list: {
        parameters: {
            query?: {
                /** @description Only suspended ones, or only those that are not. */
                suspended?: boolean;
                /** @description Only deleted ones, or only those that are not. */
                deleted?: boolean;
                /** @description Items on the page, 1 to 200. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_Workspace"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    operator_workspaces_view: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug. */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The workspace. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkspaceWithCredits"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    operator_adjustments_create: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Id or slug. */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AdjustmentCreate"];
            };
        };
        responses: {
            /** @description It is corrected. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Movement"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    operator_grants_create: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Id or slug. */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GrantCreate"];
            };
        };
        responses: {
            /** @description It was given before. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Grant"];
                };
            };
            /** @description It is given. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Grant"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    operator_grants_view: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug. */
                workspace: string;
                /** @description Its id. */
                grant: components["schemas"]["GrantId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As it stands. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Grant"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    operator_workspaces_suspend: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Id or slug. */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workspace"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    operator_workspaces_unsuspend: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Id or slug. */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workspace"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    permissions_list: {
        parameters: {
            query?: never;
            header?: {
                "Guildhall-Workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_Permission"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    runs_list: {
        parameters: {
            query?: {
                /** @description Of this flow, by id or slug. */
                flow?: string;
                /** @description In this environment, by id or name. */
                environment?: string;
                /** @description In this state. */
                state?: string;
                /** @description Called by this key, by id. */
                key?: string;
                /** @description Called by this person, by id. */
                user?: string;
                /** @description Items on the page, 1 to 200. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: {
                "Guildhall-Workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_Run"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    runs_view: {
        parameters: {
            query?: never;
            header?: {
                "Guildhall-Workspace"?: string;
            };
            path: {
                /** @description Id. */
                run: components["schemas"]["RunId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The run. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunDetails"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    runs_steps: {
        parameters: {
            query?: never;
            header?: {
                "Guildhall-Workspace"?: string;
            };
            path: {
                /** @description Id. */
                run: components["schemas"]["RunId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All that are kept. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Steps"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    usage_list: {
        parameters: {
            query?: {
                /** @description By this API key. */
                key?: components["schemas"]["ApiKeyId"];
                /** @description Of this flow, by id or slug. */
                flow?: string;
                /** @description By this person. */
                user?: components["schemas"]["UserId"];
                /** @description In this environment, by id or name. */
                environment?: string;
                /** @description For this tenant. */
                tenant?: components["schemas"]["TenantId"];
                /** @description For this resource of the operator's service. */
                resource?: string;
                /**
                 * @description With this outcome. Refused calls are listed only when they are asked for: by `refused` for any reason, or by one
                 *     of the reasons.
                 */
                status?: components["schemas"]["UsageStatusFilter"];
                /** @description From this instant on. */
                from?: components["schemas"]["Timestamp"];
                /** @description Before this instant. */
                to?: components["schemas"]["Timestamp"];
                /** @description Most items of the page. A page may hold fewer and still have a next one. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: {
                "Guildhall-Workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Metered calls. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_UsageEvent"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    usage_view: {
        parameters: {
            query?: never;
            header?: {
                "Guildhall-Workspace"?: string;
            };
            path: {
                /** @description Its id. */
                usage: components["schemas"]["UsageId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A metered call. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UsageEvent"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    usage_export: {
        parameters: {
            query: {
                /** @description How they are written. */
                format: components["schemas"]["ExportFormat"];
                /** @description By this API key. */
                key?: components["schemas"]["ApiKeyId"];
                /** @description Of this flow, by id or slug. */
                flow?: string;
                /** @description By this person. */
                user?: components["schemas"]["UserId"];
                /** @description In this environment, by id or name. */
                environment?: string;
                /** @description For this tenant. */
                tenant?: components["schemas"]["TenantId"];
                /** @description For this resource of the operator's service. */
                resource?: string;
                /**
                 * @description With this outcome. Refused calls are listed only when they are asked for: by `refused` for any reason, or by one
                 *     of the reasons.
                 */
                status?: components["schemas"]["UsageStatusFilter"];
                /** @description From this instant on. */
                from?: components["schemas"]["Timestamp"];
                /** @description Before this instant. */
                to?: components["schemas"]["Timestamp"];
            };
            header?: {
                "Guildhall-Workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file; with `format=ndjson` a usage event on each line. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                    "application/x-ndjson": string;
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    usage_summarize: {
        parameters: {
            query?: {
                /**
                 * @description What the sums are apart by: some of `hour` or `day`, `flow`, `key`, `user`, `tenant`, `environment`,
                 *     `status`, with commas between them. Nothing: one sum.
                 * @example day,flow
                 */
                group_by?: string;
                /** @description From this instant on; 30 days before `to` when not given. Rounded down to a quarter of an hour. */
                from?: components["schemas"]["Timestamp"];
                /** @description Before this instant; when not given, until now and including it. Rounded up to a quarter of an hour. */
                to?: components["schemas"]["Timestamp"];
                /**
                 * @description Where days begin: a name of the IANA database. The workspace's own when not given.
                 * @example Europe/Berlin
                 */
                time_zone?: string;
                /** @description Only of this flow, by id or slug. */
                flow?: string;
                /** @description Only by this API key. */
                key?: components["schemas"]["ApiKeyId"];
                /** @description Only in this environment, by id or name. */
                environment?: string;
                /** @description Only by this person. */
                user?: components["schemas"]["UserId"];
                /** @description Only for this tenant. */
                tenant?: components["schemas"]["TenantId"];
            };
            header?: {
                "Guildhall-Workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sums. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UsageSummary"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    workspaces_list: {
        parameters: {
            query?: {
                /** @description Those that were deleted and can still be restored, instead of those in use. */
                deleted?: boolean;
                /** @description Items on the page, 1 to 200. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_Workspace"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    workspaces_create: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WorkspaceCreate"];
            };
        };
        responses: {
            /** @description It is made. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workspace"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    workspaces_view: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug. */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The workspace. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workspace"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    workspaces_delete: {
        parameters: {
            query: {
                /** @description The name of the workspace, letter by letter. */
                confirm: string;
            };
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Id or slug. */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As it was left. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workspace"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    workspaces_update: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Id or slug. */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WorkspaceUpdate"];
            };
        };
        responses: {
            /** @description As it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workspace"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    workspaces_restore: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Id or slug. */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As it is again. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workspace"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
