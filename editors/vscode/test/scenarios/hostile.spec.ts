/** A repository that brings its own server, endpoint and key; none of it is used. */
import { existsSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from '../drive/test.ts';
